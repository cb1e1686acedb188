"""Codes of plans, checks, scores and difficulties."""

from __future__ import annotations

from carekit.fields import CodeList


class PlanKind(CodeList):
    """Tutoring in a subject (PRACTICES 1.4), or the individual plan for a child with difficulties (1.9)."""

    TUTORING = "1", "tutoring plan", "学习辅导计划"
    INDIVIDUAL = "2", "individual education plan", "个别教育管理方案"


class Subject(CodeList):
    """学科."""

    CHINESE = "1", "Chinese", "语文"
    MATHS = "2", "mathematics", "数学"
    ENGLISH = "3", "English", "英语"
    SCIENCE = "4", "science", "科学"
    MORALITY = "5", "morality and law", "道德与法治"
    OTHER = "9", "other", "其他"


class WeakArea(CodeList):
    """What a plan works on: knowledge, habits, personality, conduct, mind, daily life."""

    BASICS = "01", "basic knowledge", "基础知识"
    READING = "02", "reading", "阅读"
    WRITING = "03", "writing", "写作"
    ARITHMETIC = "04", "arithmetic", "计算"
    UNDERSTANDING = "05", "understanding of tasks", "理解与应用"
    HABITS = "06", "habits of study", "学习习惯"
    INTEREST = "07", "interest in study", "学习兴趣"
    PERSONALITY = "08", "personality", "性格"
    CONDUCT = "09", "conduct", "品行"
    RELATIONS = "10", "getting on with others", "人际交往"
    MIND = "11", "feelings", "情绪心理"
    SELF_CARE = "12", "looking after oneself", "生活自理"
    SAFETY = "13", "safety", "安全"
    OTHER = "99", "other", "其他"


class Exam(CodeList):
    """Which exam a score is from; progress is told from the baseline (摸底) on."""

    BASELINE = "1", "baseline", "摸底考试"
    MONTHLY = "2", "monthly test", "月考"
    MIDTERM = "3", "mid-term", "期中考试"
    FINAL = "4", "final", "期末考试"
    UNIT = "5", "unit test", "单元测验"


class CheckResult(CodeList):
    """What a check found, against the effect that was expected."""

    REACHED = "1", "as expected", "达到预期"
    PARTLY = "2", "partly", "部分达到"
    NOT_REACHED = "3", "not reached", "没有达到"


class DifficultyKind(CodeList):
    """What a real difficulty is about (PRACTICES 6.3)."""

    STUDY = "1", "study", "学习"
    LIVING = "2", "daily life", "生活"
    HEALTH = "3", "health", "健康就医"
    CARE = "4", "care and guardianship", "监护照料"
    MONEY = "5", "money", "经济"
    MIND = "6", "feelings", "心理"
    SAFETY = "7", "safety and way to school", "安全与上下学"
    HOUSING = "8", "home", "住房"
    OTHER = "9", "other", "其他"


class DifficultyResult(CodeList):
    """How a difficulty ended."""

    SOLVED = "1", "solved by the owner", "本人已解决"
    SOLVED_ABOVE = "2", "solved by the branch", "支部协调解决"
    RELIEVED = "3", "relieved, help goes on", "有所缓解、继续帮扶"
    NOT_SOLVED = "4", "cannot be solved, explained to the family", "无法解决、已向家庭说明"
