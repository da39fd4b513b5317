"""A good file of every table: rows by Chinese header, as a person would type them.

One hospital: two departments and an imaging department, October 2026.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import Any

from core.intake.check import Masters

AS_OF = dt.date(2026, 11, 15)
SECRET = b"a secret of tests: sixteen or more"
Row = Mapping[str, Any]
_OCTOBER = "2026-10"
_DAY = dt.date(2026, 10, 1)
_CASE = {
    "住院流水号": "ZY0001",
    "入院时间": dt.datetime(2026, 9, 28, 9, 30),
    "出院时间": dt.datetime(2026, 10, 3, 10, 0),
    "科室编码": "0101",
    "病区编码": "W1",
    "病组编码": "FR21",
    "权重或分值": 0.91,
    "低倍率界限(元)": 3000,
    "高倍率界限(元)": 30000,
    "医保类型": "职工医保",
    "总费用(元)": 1000,
    **dict.fromkeys(("药品费(元)", "卫生材料费(元)", "检查费(元)", "化验费(元)"), 100),
    **dict.fromkeys(("治疗费(元)", "手术费(元)", "护理费(元)", "床位费(元)"), 100),
    **dict.fromkeys(("诊察费(元)", "其他费(元)"), 100),
    "离院方式": "医嘱离院",
    "择期手术": "否",
}
_VISIT = {
    "就诊流水号": "MZ0001",
    "就诊时间": dt.datetime(2026, 10, 8, 8, 5),
    "就诊类型": "门诊",
    "科室编码": "0101",
    "诊断编码": "I10",
    "医保类型": "居民医保",
    "总费用(元)": 230.5,
}
_WORK = {
    "月份": _OCTOBER,
    "科室编码": "0101",
    "门诊人次": 300,
    "急诊人次": 20,
    "入院人次": 40,
    "出院人次": 41,
    "实际占用床日": 1000,
    "实际开放床日": 1240,
    "手术台次": 6,
}
MASTER_ROWS: dict[str, list[Row]] = {
    "campus": [{"院区编码": "B1", "院区名称": "本部"}, {"院区编码": "B2", "院区名称": "东院"}],
    "departments": [
        {"科室编码": "0101", "科室名称": "心血管内科", "科室类别": "临床", "院区编码": "B1"},
        {"科室编码": "0201", "科室名称": "普通外科", "科室类别": "临床", "编制床位": 40},
        {"科室编码": "0901", "科室名称": "放射科", "科室类别": "医技"},
    ],
    "ward": [
        {
            "病区编码": "W1",
            "病区名称": "心内一病区",
            "科室编码": "0101",
            "院区编码": "B1",
            "编制床位": 40,
        },
        {"病区编码": "W2", "病区名称": "普外病区", "科室编码": "0201", "启用月份": "2020-01"},
    ],
    "disease_group": [
        {
            "病组编码": "FR21",
            "病组名称": "心力衰竭，伴合并症",
            "分组体系": "DRG",
            "权重或分值": 0.91,
            "支付标准(元)": 9100,
            "标杆住院日": 7.5,
            "死亡风险等级": "中低风险",
            "是否手术组": "否",
        },
        {
            "病组编码": "GB19",
            "病组名称": "胆囊切除手术",
            "分组体系": "DRG",
            "权重或分值": 1.62,
            "是否手术组": "是",
        },
    ],
    "machine": [
        {
            "设备编码": "CT01",
            "设备名称": "64 排 CT",
            "设备类别": "CT",
            "科室编码": "0901",
            "购置金额(元)": 6_800_000,
            "启用月份": "2021-03",
            "折旧年限": 8,
            "日最大检查能力": 120,
            "应急备用": "否",
        },
    ],
    "calendar": [
        {"日期": dt.date(2027, 2, 6), "日期类型": "法定节假日", "名称": "春节"},
        {"日期": dt.date(2026, 10, 10), "日期类型": "补班日"},
    ],
    "payment": [
        {
            "统筹区编码": "310000",
            "统筹区": "本市",
            "起始月份": "2026-01",
            "付费方式": "DRG",
            "费率或点值(元)": 10_000,
            "低倍率界限": 0.4,
            "高倍率界限(RW≤1)": 3,
        },
    ],
    "staff_group": [
        {
            "人员类别编码": "N1",
            "人员类别": "病区护士",
            "职业": "护士",
            "是否在册": "是",
            "每小时人力成本(元)": 62.5,
        },
    ],
}
FACT_ROWS: dict[str, list[Row]] = {
    "census": [
        {
            "日期": _DAY,
            "病区编码": "W1",
            "开放床位": 40,
            "在院人数": 42,
            "入院人数": 5,
            "出院人数": 4,
        },
        {
            "日期": _DAY,
            "病区编码": "W2",
            "开放床位": 38,
            "在院人数": 30,
            "入院人数": 2,
            "出院人数": 3,
            "转入人数": 1,
        },
    ],
    "arrival": [
        {"日期": _DAY, "小时": 8, "就诊类型": "急诊", "科室编码": "0101", "人次": 12},
        {"日期": _DAY, "小时": 23, "就诊类型": "门诊", "科室编码": "0101", "人次": 0},
    ],
    "driver": [{"月份": _OCTOBER, "科室编码": "0101", "动因编码": "HC", "数值": 30, "单位": "人"}],
    "visit": [
        _VISIT,
        {**_VISIT, "就诊流水号": "MZ0002", "就诊类型": "急诊", "就诊时间": dt.date(2026, 10, 9)},
    ],
    "workload": [_WORK, {**_WORK, "科室编码": "0201"}],
    "case": [
        _CASE,
        {
            **{name: _CASE[name] for name in ("科室编码", "医保类型", "总费用(元)")},
            "住院流水号": "ZY0002",
            "入院时间": dt.datetime(2026, 10, 30, 20, 0),
        },
    ],
    "income": [
        {
            "月份": _OCTOBER,
            "开单科室编码": "0101",
            "执行科室编码": "0901",
            "门诊或住院": "门诊",
            "收入类别": "检查收入",
            "金额(元)": 5000,
        },
    ],
    "machine_use": [
        {
            "月份": _OCTOBER,
            "设备编码": "CT01",
            "开机使用小时": 310.5,
            "检查人次": 1200,
            "阳性人次": 900,
            "收入(元)": 300_000,
            "应开机天数": 31,
            "故障停机天数": 1,
            "闲置天数": 30,
        },
    ],
    "material": [
        {
            "月份": _OCTOBER,
            "科室编码": "0101",
            "物资类别": "高值耗材",
            "平均库存(元)": 1000,
            "出库金额(元)": 2000.5,
            "过期报废(元)": 0,
        },
    ],
    "quality": [
        {"月份": _OCTOBER, "科室编码": "0101", "质量项目编码": "{item}", "分子": 2, "分母": 100},
    ],
    "service": [
        {
            "月份": _OCTOBER,
            "提供科室编码": "0901",
            "接受科室编码": "0101",
            "动因编码": "HC",
            "数量": 12.5,
        },
    ],
    "direct_cost": [
        {"月份": _OCTOBER, "科室编码": "0101", "成本项目编码": "A01", "金额(元)": 800},
    ],
    "energy": [
        {"月份": _OCTOBER, "能源类别": "电", "用量": 120_000, "金额(元)": 84_000},
        {"月份": _OCTOBER, "能源类别": "电", "科室编码": "0901", "金额(元)": 9_000},
    ],
    "reported": [
        {"月份": _OCTOBER, "指标编码": "{indicator}", "指标值": 93.5},
        {
            "月份": _OCTOBER,
            "科室编码": "0101",
            "指标编码": "{indicator}",
            "分子": 45,
            "分母": 50,
        },
    ],
    "budget": [
        {"月份": "2026-12", "科室编码": "0101", "预算项目": "药品费", "预算金额(元)": 50_000},
    ],
}
GOOD: dict[str, list[Row]] = MASTER_ROWS | FACT_ROWS
OLD = ("departments", "workload", "income", "direct_cost", "driver")
NEW = tuple(table for table in GOOD if table not in OLD)
MASTERS = Masters(
    departments={"0101": "心血管内科", "0201": "普通外科", "0901": "放射科"},
    elements={"A01": "人员经费"},
    drivers={"HC": ("在岗人数", "人")},
    more={
        "campus": {"B1": "本部", "B2": "东院"},
        "ward": {"W1": "心内一病区", "W2": "普外病区"},
        "disease_group": {"FR21": "心力衰竭，伴合并症", "GB19": "胆囊切除手术"},
        "machine": {"CT01": "64 排 CT"},
        "quality_items": {"falls": "跌倒", "incisions": "切口感染"},
        "indicators": {"nurse_rate": "床护比"},
    },
    shares=frozenset({"incisions"}),
    secret=SECRET,
)


def rows_of(table: str, item: str = "falls", indicator: str = "nurse_rate") -> list[Row]:
    """The good rows, with a quality item and an indicator that the catalogue knows."""
    named = {"{item}": item, "{indicator}": indicator}
    return [
        {head: named.get(value, value) if isinstance(value, str) else value for head, value in row}
        for row in (row.items() for row in GOOD[table])
    ]


def headers_of(rows: Sequence[Row]) -> list[str]:
    """Every header that a row uses, in the order in which they first come."""
    return list(dict.fromkeys(head for row in rows for head in row))


def as_csv(rows: Sequence[Row]) -> bytes:
    """The rows as a CSV, dates as text."""
    buffer = io.StringIO()
    lines = csv.DictWriter(buffer, headers_of(rows), restval="")
    lines.writeheader()
    lines.writerows(rows)
    return buffer.getvalue().encode()


def as_sheet(rows: Sequence[Row]) -> list[list[Any]]:
    """The rows as lines of a sheet under their header; None where a cell is blank."""
    heads = headers_of(rows)
    return [heads, *([row.get(head) for head in heads] for row in rows)]
