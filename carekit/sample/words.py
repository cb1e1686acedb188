"""The words from which invented people and places are put together. None of them stands for a real person or place."""

from __future__ import annotations

from carekit.records.codes import WorkArea

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
BOY_FIRST = "子浩宇俊文泽明志嘉家博晨天书一梓思承景彦奕旭立晓鸿锦启云远向"
BOY_LAST = "轩然豪杰辰宁博阳睿峰涛航林鑫远凯川舟洋毅恒坤磊瑞松帆桥禾岩诚"
GIRL_FIRST = "子雨欣思梦诗若语佳雅晓可依书婉静芷沐心清月嘉锦安紫云亦美乐秋"
GIRL_LAST = "涵萱彤琪妍瑶悦怡婷雯菲彩玲蕊欣然琳晴诺蓉楠溪薇苗霞莹禾芸灵娟"
MAN_FIRST = "建国志永文德兴光明大家世正启安福长宗成庆"
MAN_LAST = "军华平强明勇贵才福林全富云山生发刚海荣春"
WOMAN_FIRST = "秀桂玉春淑素金翠红小丽美兰菊月素彩银凤惠"
WOMAN_LAST = "英兰珍芳梅华琼群芬蓉容碧清仙香莲娥琴霞凤"

VILLAGES = ("清溪村", "柏树村", "龙井村", "石桥村", "青山村", "双河村", "大坪村", "桃园村", "马鞍村", "红星社区")
GROUPS = 8

WORK_PLACES: dict[WorkArea, tuple[str, ...]] = {
    WorkArea.TOWNSHIP: ("样例镇",),
    WorkArea.COUNTY: ("样例县城关镇", "样例县工业园"),
    WorkArea.PROVINCE: ("四川省成都市", "四川省绵阳市", "四川省德阳市", "四川省宜宾市"),
    WorkArea.OTHER_PROVINCE: (
        "广东省东莞市", "广东省深圳市", "广东省佛山市", "浙江省温州市", "浙江省宁波市", "浙江省义乌市", "江苏省苏州市", "江苏省无锡市",
        "福建省泉州市", "福建省厦门市", "上海市", "重庆市", "北京市", "贵州省贵阳市", "云南省昆明市", "新疆阿克苏地区",
    ),
    WorkArea.ABROAD: ("日本大阪", "新加坡"),
}  # fmt: skip
TRADES = (
    "建筑工",
    "电子厂工人",
    "服装厂工人",
    "货车司机",
    "餐饮服务员",
    "家政服务",
    "快递员",
    "木工",
    "电焊工",
    "装修工",
    "鞋厂工人",
    "保安",
)
HOME_TRADES = ("务农", "零工", "小卖部", "养殖", "环卫工")
TALENTS = ("画画", "跑步", "唱歌", "跳绳", "书法", "讲故事", "乒乓球", "手工")
EARLIER_SCHOOLS = ("样例县城关小学", "样例县河东小学", "外省某小学", "样例县双河村小")
LATER_SCHOOLS = ("广东省某小学", "浙江省某小学", "样例县城关小学", "成都市某小学", "江苏省某小学")
