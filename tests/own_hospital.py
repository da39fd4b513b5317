"""A hospital of one's own: every table for twelve months, in files as a person types them.

Five departments, round numbers, the same every month but October 2026, whose figures can be done
in the head; the expectation stands in tests/pages/test_own_hospital.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import xlsxwriter

from core.months import days_in_month, month_range

MONTHS = month_range(202511, 202610)
LAST = MONTHS[-1]
CHARGES = ("药品费", "卫生材料费", "检查费", "化验费", "治疗费", "手术费")
Cell = str | int | float | dt.date | dt.datetime
Sheet = tuple[str, list[tuple[Cell, ...]]]
"""Headers separated by spaces, and the rows under them."""


def tables() -> dict[str, Sheet]:
    """Every table by its code, masters first."""
    return {name: make() for name, make in _MAKERS.items()}


def write_files(folder: Path) -> dict[str, Path]:
    """One xlsx a table."""
    files = {}
    for name, (headers, rows) in tables().items():
        files[name] = folder / f"{name}.xlsx"
        with xlsxwriter.Workbook(files[name]) as book:
            sheet = book.add_worksheet()
            formats = {
                dt.date: book.add_format({"num_format": "yyyy-mm-dd"}),
                dt.datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            }
            for line, row in enumerate([tuple(headers.split()), *rows]):
                for place, value in enumerate(row):
                    if value != "":
                        sheet.write(line, place, value, formats.get(type(value)))
    return files


def _month(month: int) -> str:
    return f"{month // 100}年{month % 100}月"


def _monthly(headers: str, rows: Callable[[int], list[tuple[Cell, ...]]]) -> Sheet:
    return f"月份 {headers}", [(_month(m), *row) for m in MONTHS for row in rows(m)]


def _days(month: int) -> list[dt.date]:
    return [dt.date(month // 100, month % 100, day) for day in range(1, days_in_month(month) + 1)]


def _departments() -> Sheet:
    return "科室编码 科室名称 科室类别 编制床位 院区编码", [
        ("N1", "内科", "临床", 20, "H1"),
        ("N2", "外科", "临床", 10, "H1"),
        ("T1", "放射科", "医技", "", "H1"),
        ("X1", "供应室", "医辅", "", "H1"),
        ("A1", "院办", "行政后勤", "", "H1"),
    ]


def _groups() -> Sheet:
    headers = (
        "病组编码 病组名称 分组体系 权重或分值 支付标准(元) 标杆住院日 标杆次均费用(元)"
        " 死亡风险等级 是否手术组"
    )
    return headers, [
        ("G1", "肺炎", "DRG", 0.8, 8000, 8, 3000, "低风险", "否"),
        ("G2", "阑尾切除", "DRG", 1.4, 14000, 8, 8000, "低风险", "是"),
    ]


def _workload(month: int) -> list[tuple[Cell, ...]]:
    """October 2026 has 1,000 outpatients of N1; the other months 900."""
    days = days_in_month(month)
    first = 1000 if month == LAST else 900
    return [
        ("N1", first, 0, 40, 40, 18 * days, 20 * days, 320, 0, 18, 18, 0, 0, 0),
        ("N2", 500, 300, 20, 20, 8 * days, 10 * days, 160, 20, 8, 8, 15, 5, 3),
    ]


def _income(month: int) -> list[tuple[Cell, ...]]:
    """400,000 元 a month by ordering department; T1 performs 20,000 of it."""
    return [
        ("N1", "N1", "门诊", "药品", 40_000),
        ("N1", "T1", "门诊", "检查", 20_000),
        ("N1", "N1", "住院", "药品", 60_000),
        ("N1", "N1", "住院", "治疗", 80_000),
        ("N2", "N2", "门诊", "治疗", 50_000),
        ("N2", "N2", "住院", "手术", 100_000),
        ("N2", "N2", "住院", "卫生材料", 50_000),
    ]


def _cost(month: int) -> list[tuple[Cell, ...]]:
    """380,000 元 a month."""
    return [
        ("N1", "A01", "住院", 150_000),
        ("N1", "A03", "住院", 90_000),
        ("N2", "A01", "住院", 80_000),
        ("N2", "A02", "住院", 45_000),
        ("T1", "A01", "不分", 8_000),
        ("T1", "A04", "不分", 2_000),
        ("X1", "A01", "不分", 3_000),
        ("A1", "A07", "不分", 2_000),
    ]


def _cases() -> Sheet:
    """60 discharges a month: N1 40 of 8 nights, two of them not grouped; N2 20 of 8 nights.

    In October 2026 one of the 20 patients of N2 was operated on again.
    """
    headers = (
        "住院流水号 入院时间 出院时间 科室编码 病区编码 病组编码 医保类型 总费用(元) "
        + " ".join(f"{name}(元)" for name in CHARGES)
        + " 医保结算额(元) 离院方式 最高手术级别 择期手术 日间手术 非计划再手术 31天内非计划再入院"
    )
    rows: list[tuple[Cell, ...]] = []
    for month in MONTHS:
        left = dt.datetime(month // 100, month % 100, 20, 10, 30)
        came = left - dt.timedelta(days=8)
        for number in range(40):
            group = "" if number < 2 else "G1"
            who = (f"{month}-N1-{number}", came, left, "N1", "W1", group, "职工医保")
            paid = (3500, 1500, 0, 0, 0, 2000, 0, 3600)
            rows.append((*who, *paid, "医嘱离院", 0, "否", "否", "否", "否"))
        for number in range(20):
            again = "是" if month == LAST and number == 0 else "否"
            who = (f"{month}-N2-{number}", came, left, "N2", "W2", "G2", "居民医保")
            paid = (7500, 0, 2500, 0, 0, 0, 5000, 7000)
            rows.append((*who, *paid, "医嘱离院", 3, "是", "否", again, "否"))
    return headers, rows


def _quality(month: int) -> list[tuple[Cell, ...]]:
    """October: 57 of 60 records are grade A, 3 severe events, 4 complaints, 91.3 points, 25 min."""
    return [
        ("N1", "records_grade_a", 38, 40),
        ("N2", "records_grade_a", 19, 20),
        ("N1", "events_level1", 0, ""),
        ("N1", "events_level2", 2, ""),
        ("N2", "events_level1", 1, ""),
        ("N2", "events_level2", 0, ""),
        ("N1", "complaints", 3, ""),
        ("N2", "complaints", 1, ""),
        ("N1", "outpatient_scores", 5400, 60),
        ("N2", "outpatient_scores", 3730, 40),
        ("N1", "clinic_wait_minutes", 20_000, 800),
        ("N2", "clinic_wait_minutes", 10_000, 400),
    ]


def _visits() -> Sheet:
    """October's visits of N2 at its emergency: 300, of 100 元 each."""
    rows: list[tuple[Cell, ...]] = []
    for number in range(300):
        at = dt.datetime(2026, 10, 1 + number % 30, 8 + number % 12, 15)
        rows.append((f"V{number}", at, "急诊", "N2", "自费", 100))
    return "就诊流水号 就诊时间 就诊类型 科室编码 医保类型 总费用(元)", rows


_MAKERS: dict[str, Callable[[], Sheet]] = {
    "campus": lambda: ("院区编码 院区名称", [("H1", "本部")]),
    "departments": _departments,
    "ward": lambda: (
        "病区编码 病区名称 科室编码 编制床位",
        [("W1", "一病区", "N1", 20), ("W2", "二病区", "N2", 10)],
    ),
    "disease_group": _groups,
    "staff_group": lambda: (
        "人员类别编码 人员类别 职业 是否在册 每小时人力成本(元)",
        [("D", "医师", "医师", "是", 120.5), ("N", "护士", "护士", "是", 70)],
    ),
    "machine": lambda: (
        "设备编码 设备名称 设备类别 科室编码 购置金额(元) 启用月份 折旧年限 日最大检查能力"
        " 日开机小时 次均占机分钟",
        [("CT1", "CT一号", "CT", "T1", 6_000_000, "2024年1月", 6, 100, 10, 10)],
    ),
    "calendar": lambda: ("日期 日期类型 名称", [(dt.date(2026, 5, 12), "法定节假日", "院庆")]),
    "payment": lambda: (
        "统筹区编码 统筹区 起始月份 付费方式 费率或点值(元) 低倍率界限 高倍率界限(RW≤1)",
        [("C1", "本市", "2025年11月", "DRG", 10_000, 0.4, 3)],
    ),
    "workload": lambda: _monthly(
        "科室编码 门诊人次 急诊人次 入院人次 出院人次 实际占用床日 实际开放床日 出院者占用总床日"
        " 手术台次 期初在院人数 期末在院人数 择期手术台次 四级手术台次 日间手术台次",
        _workload,
    ),
    "income": lambda: _monthly("开单科室编码 执行科室编码 门诊或住院 收入类别 金额(元)", _income),
    "direct_cost": lambda: _monthly("科室编码 成本项目编码 门诊或住院 金额(元)", _cost),
    "driver": lambda: _monthly(
        "科室编码 动因编码 数值 单位",
        lambda _: [
            ("N1", "HC", 30, "人"),
            ("N2", "HC", 20, "人"),
            ("T1", "HC", 5, "人"),
            ("X1", "HC", 3, "人"),
            ("A1", "HC", 2, "人"),
        ],
    ),
    "service": lambda: _monthly(
        "提供科室编码 接受科室编码 动因编码 数量",
        lambda _: [("X1", "N1", "SRVH", 100), ("X1", "N2", "SRVH", 300)],
    ),
    "census": lambda: (
        "日期 病区编码 开放床位 在院人数 入院人数 出院人数 转入人数 转出人数",
        [
            (day, ward, beds, patients, 0, 0, 0, 0)
            for month in MONTHS
            for day in _days(month)
            for ward, beds, patients in (("W1", 20, 18), ("W2", 10, 8))
        ],
    ),
    "case": _cases,
    "visit": _visits,
    "arrival": lambda: (
        "日期 小时 就诊类型 科室编码 人次",
        [
            (day, hour, "门诊", "N1", 25)
            for month in MONTHS
            for day in _days(month)[:20]
            for hour in (9, 15)
        ],
    ),
    "machine_use": lambda: _monthly(
        "设备编码 开机使用小时 检查人次 阳性人次 收入(元) 耗材(元) 应开机天数 故障停机天数",
        lambda _: [("CT1", 100, 600, 450, 20_000, 1_000, 25, 1)],
    ),
    "quality": lambda: _monthly("科室编码 质量项目编码 分子 分母", _quality),
    "material": lambda: _monthly(
        "科室编码 物资类别 平均库存(元) 出库金额(元) 过期报废(元)",
        lambda _: [("N2", "高值耗材", 30_000, 45_000, 90)],
    ),
    "energy": lambda: _monthly("能源类别 用量 金额(元)", lambda _: [("电", 10_000, 8_000)]),
    "budget": lambda: _monthly(
        "科室编码 预算项目 预算金额(元)",
        lambda _: [
            ("N1", "人员经费", 150_000),
            ("N1", "药品费", 90_000),
            ("N2", "人员经费", 80_000),
            ("N2", "卫生材料费", 40_000),
            ("T1", "人员经费", 10_000),
            ("X1", "人员经费", 3_000),
            ("A1", "其他运行费用", 2_000),
        ],
    ),
    "reported": lambda: _monthly("科室编码 指标编码 指标值", lambda _: [("", "SV017", 4)]),
}
