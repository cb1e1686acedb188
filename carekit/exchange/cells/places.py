"""How far away a place of work is, as far as its text says so: provinces, the cities people go to, and the usual words."""

from __future__ import annotations

import re
from functools import lru_cache

from carekit.records.codes import WorkArea

PROVINCES = (
    "北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 重庆 四川 贵州 云南 西藏 "
    "陕西 甘肃 青海 宁夏 新疆 台湾 香港 澳门"
).split()

#: Cities that stand in rosters without their province.
_CITIES = {
    "广东": "广州 深圳 东莞 佛山 珠海 中山 惠州 汕头 江门 湛江 肇庆 揭阳 潮州",
    "浙江": "杭州 宁波 温州 义乌 绍兴 台州 嘉兴 湖州 金华 永康 慈溪 余姚",
    "江苏": "南京 苏州 无锡 常州 昆山 南通 徐州 扬州 张家港 江阴",
    "福建": "福州 厦门 泉州 晋江 石狮 莆田 漳州",
    "四川": "成都 绵阳 德阳 宜宾 南充 泸州 达州 乐山 自贡 内江",
    "贵州": "贵阳 遵义 毕节 六盘水 铜仁 安顺",
    "云南": "昆明 曲靖 大理 昭通 玉溪",
    "湖南": "长沙 株洲 衡阳 岳阳 湘潭 常德",
    "湖北": "武汉 宜昌 襄阳 荆州 十堰",
    "河南": "郑州 洛阳 南阳 信阳 驻马店",
    "安徽": "合肥 芜湖 阜阳 蚌埠 安庆",
    "江西": "南昌 赣州 九江 上饶",
    "山东": "济南 青岛 烟台 临沂 潍坊 威海",
    "陕西": "西安 咸阳 宝鸡",
    "广西": "南宁 桂林 柳州 玉林",
    "河北": "石家庄 唐山 保定 廊坊",
    "辽宁": "沈阳 大连",
    "海南": "海口 三亚",
    "新疆": "乌鲁木齐 喀什 石河子",
    "甘肃": "兰州 天水",
    "山西": "太原 大同",
}
_PROVINCE_OF = {city: province for province, cities in _CITIES.items() for city in cities.split()} | {p: p for p in PROVINCES}
_PLACE = re.compile("|".join(sorted(_PROVINCE_OF, key=len, reverse=True)))
_ABROAD = re.compile("国外|境外|海外|日本|韩国|美国|新加坡|马来西亚|泰国|越南|缅甸|老挝|柬埔寨|非洲|俄罗斯|意大利|西班牙|香港|澳门|台湾")
_WORDS = (
    (re.compile("省外|外省|跨省"), WorkArea.OTHER_PROVINCE),
    (re.compile("本乡|本镇|乡内|镇内|镇上|乡镇内|本村|村里|村内"), WorkArea.TOWNSHIP),
    (re.compile("本县|县内|县城|县里|本区|区内"), WorkArea.COUNTY),
    (re.compile("本省|省内|省城|本市|市内"), WorkArea.PROVINCE),
)
#: Words in a place-of-work cell that say that the person is at home.
_AT_HOME = re.compile(
    "(现)?在?家(中|里)?(务农|种地|带娃|照顾孩子|照顾小孩)?|在家(?![具电政装纺居]).{0,6}|(本村|村里)?务农|未外出|没有?外出|无外出|不外出|务农在家|全职在家|家庭主妇"
)

#: Words in a place-of-work cell that tell of the family and name no place: nobody is away because of them.
_NO_PLACE = re.compile("(已|父母|双方)?(离异|离婚|改嫁|再婚|再嫁|另嫁|另组家庭|重组家庭|分居|离家|离家出走|单亲|未婚)")


def tells_no_place(text: str) -> bool:
    """Whether a place of work tells of the family instead (离异, 改嫁) and names no place."""
    return bool(_NO_PLACE.fullmatch(text.strip("（）() 。")))


def is_at_home(text: str) -> bool:
    """Whether a place of work says that the person lives at home (在家务农)."""
    return bool(_AT_HOME.fullmatch(text.strip()))


@lru_cache(maxsize=4096)
def province_of(text: str) -> str | None:
    """The one province that `text` names, itself or by a city; None when none or several."""
    found = {_PROVINCE_OF[m[0]] for m in _PLACE.finditer(text)}
    named = {m[0] for m in _PLACE.finditer(text)} & set(PROVINCES)
    if len(named) == 1:
        return named.pop()
    return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=4096)
def work_area(text: str, school_province: str | None) -> WorkArea | None:
    """How far away the place in `text` is from a school in `school_province`; None when the text does not tell."""
    for member in WorkArea:
        if text in member.words:
            return member
    if _ABROAD.search(text):
        return WorkArea.ABROAD
    for pattern, area in _WORDS:
        if pattern.search(text):
            return area
    place, home = province_of(text), province_of(school_province or "")
    if place is None or home is None:
        return None
    return WorkArea.PROVINCE if place == home else WorkArea.OTHER_PROVINCE
