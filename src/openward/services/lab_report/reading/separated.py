"""A report as a table with separators: one result a row, or one analyte a column."""

import csv
import re
from collections.abc import Iterator
from typing import Final

import msgspec

from openward.domain.code import LOINC
from openward.domain.errors import InputError
from openward.services.lab_report.reading.bounds import parted, text_of
from openward.services.lab_report.reading.line import is_known, results_in
from openward.services.lab_report.reading.moments import iso_moment
from openward.services.lab_report.reading.values import Limits, Value, cell_value, limits_of, number
from openward.services.lab_report.result import Panel, Result, Unread

_COLUMNS: Final[dict[str, str]] = {
    word: column
    for column, words in {
        "name": "name,test,test name,testname,analyte,component,parameter,investigation,observation,item,item name,"
        "label,"
        "项目,项目名称,检验项目,检测项目,名称,中文名称,检验项目名称,指标,指标名称",
        "code": "code,test code,item code,abbreviation,short name,代码,代号,项目代码,英文,英文名称,英文缩写,缩写,简称",
        "loinc": "loinc,loinc code,loinc_code,loinc_num",
        "value": "value,result,results,result value,observed value,valuenum,numeric result,结果,检验结果,测定结果,"
        "检测结果,结果值,数值,定量结果",
        "unit": "unit,units,uom,valueuom,unit of measure,单位,结果单位,计量单位",
        "low": "low,lower,ref low,reference low,range low,ref_range_lower,lower limit,下限,参考下限,参考值下限,低值",
        "high": "high,upper,ref high,reference high,range high,ref_range_upper,upper limit,上限,参考上限,参考值上限,"
        "高值",
        "range": "range,reference,reference range,ref range,ref. range,reference interval,normal range,interval,"
        "参考范围,参考值,参考区间,"
        "参考值范围,正常值,正常范围,生物参考区间",
        "flag": "flag,flags,abnormal,abnormal flag,interpretation,提示,标志,异常,异常标志,结果标志,升降,高低",
        "taken": "date,time,datetime,collected,collection date,collection time,collected at,sample date,drawn,"
        "charttime,effective,"
        "taken,date collected,日期,时间,采样时间,采集时间,采集日期,检验日期,采样日期,检查日期",
        "specimen": "specimen,sample,specimen type,sample type,fluid,标本,样本,标本类型,样本类型,标本种类",
        "comment": "comment,comments,note,notes,remark,remarks,备注,说明,注释",
        "status": "status,result status,状态,结果状态",
    }.items()
    for word in words.split(",")
}
_SEPARATORS: Final = ("\t", ",", ";", "|", "，")
_HEADERS_WITHIN: Final = 30
_WIDE: Final = 2
_UNIT: Final = re.compile(r"^(.*?)\s*[(（\[]([^()（）\[\]]+)[)）\]]\s*$")


class Layout(msgspec.Struct, frozen=True):
    """Which column holds what: its row number, and a column by meaning or an analyte by column."""

    row: int
    columns: dict[str, int]
    analytes: dict[int, str]


def read_csv(report: str | bytes) -> Panel:
    """The results of a table with separators (comma, tab, semicolon, stroke), with a row that names the columns.

    Raises:
        InputError: it is too long, it is no text, or no row names the columns.
    """
    text = text_of(report).replace("\0", "")
    rows = _rows(text)
    layout = _layout(rows)
    if layout is None:
        raise InputError("csv: no row names the columns; name at least a column for the test and one for the result")
    results, unread = parted(_read(rows, layout))
    return Panel(results=results, unread=unread)


def _rows(text: str) -> list[list[str]]:
    """The rows, split at the separator that makes the most columns of the same number."""
    lines = text.splitlines()[:_HEADERS_WITHIN]
    best = max(_SEPARATORS, key=lambda s: sum(min(line.count(s), 50) for line in lines))
    try:
        return [[c.strip() for c in row] for row in csv.reader(text.splitlines(), delimiter=best)]
    except csv.Error:
        raise InputError("csv: the table cannot be read; check its quotation marks") from None


def _layout(rows: list[list[str]]) -> Layout | None:
    for place, row in enumerate(rows[:_HEADERS_WITHIN]):
        meant = [_COLUMNS.get(" ".join(cell.casefold().replace("_", " ").split()).strip("*: ：")) for cell in row]
        columns = {column: i for i, column in reversed(list(enumerate(meant))) if column}
        if (
            {"name", "value"} <= columns.keys()
            or {"code", "value"} <= columns.keys()
            or {"loinc", "value"} <= columns.keys()
        ):
            return Layout(place, columns, {})
        wide = {i: cell for i, cell in enumerate(row) if meant[i] is None and is_known(_apart(cell)[0])}
        if len(wide) >= _WIDE or (wide and columns):
            return Layout(place, columns, wide)
    return None


def _read(rows: list[list[str]], layout: Layout) -> Iterator[Result | Unread]:
    for place, row in enumerate(rows):
        where = f"row {place + 1}"
        if not any(row) or place == layout.row:
            continue
        if place < layout.row:
            yield Unread(where, "it stands above the row that names the columns")
        elif layout.analytes:
            yield from _wide_row(row, layout, where)
        else:
            yield _row(row, layout.columns, where)


def _wide_row(row: list[str], layout: Layout, where: str) -> Iterator[Result | Unread]:
    taken = iso_moment(_cell(row, layout.columns, "taken"))
    for column, header in layout.analytes.items():
        cell = row[column] if column < len(row) else ""
        if not cell:
            continue
        name, unit = _apart(header)
        value, flag, rest = cell_value(cell)
        place = f"{where}, column {column + 1}"
        yield _result(name, value, place, unit=rest or unit, flag=flag, taken=taken)


def _apart(header: str) -> tuple[str, str | None]:
    """Name and unit of a column such as `WBC (10^9/L)`."""
    found = _UNIT.match(header)
    return (found[1], found[2]) if found and not is_known(found[2]) else (header, None)


def _row(row: list[str], columns: dict[str, int], where: str) -> Result | Unread:
    cell = _cell(row, columns, "value")
    name = _cell(row, columns, "name") or _cell(row, columns, "code") or _cell(row, columns, "loinc")
    if not name or not cell:
        return _as_line(row, where)
    value, flag, rest = cell_value(cell)
    limits = _limits(row, columns)
    loinc = _cell(row, columns, "loinc")
    code = loinc or _cell(row, columns, "code")
    result = _result(name, value, where, unit=_cell(row, columns, "unit") or rest or None, flag=flag)
    return msgspec.structs.replace(
        result,
        code=code,
        system=LOINC if loinc else None,
        low=limits.low,
        high=limits.high,
        interval_text=limits.text,
        flag=_cell(row, columns, "flag") or flag,
        taken=iso_moment(_cell(row, columns, "taken")),
        specimen=_cell(row, columns, "specimen"),
        comment=_cell(row, columns, "comment"),
        status=_cell(row, columns, "status"),
    )


def _as_line(row: list[str], where: str) -> Result | Unread:
    """A row that does not follow the columns may still be one result as a line of text."""
    found = next(results_in(" ".join(c for c in row if c)[:1000], where), None)
    return found or Unread(where, "the cell of the test or of the result is empty")


def _result(name: str, value: Value, where: str, **more: object) -> Result:
    made = Result(name=name, place=where, value=value.value, comparator=value.comparator, text=value.text)
    return msgspec.structs.replace(made, **more)


def _limits(row: list[str], columns: dict[str, int]) -> Limits:
    if found := limits_of(_cell(row, columns, "range")):
        return found
    low, high = _number(_cell(row, columns, "low")), _number(_cell(row, columns, "high"))
    return Limits(low, high, None)


def _number(cell: str | None) -> float | None:
    try:
        return number(cell) if cell else None
    except ValueError:
        return None


def _cell(row: list[str], columns: dict[str, int], column: str) -> str | None:
    place = columns.get(column)
    return (row[place] or None) if place is not None and place < len(row) else None
