"""Tables of a hospital as tests write them."""


def local_table(table, *rows):
    """The text of a file that lays rows, each given as cells by column, over a built-in table."""
    columns = list(rows[0])
    header = "\t".join(f"{column}?" if column in table.optional else column for column in columns)
    lines = ["\t".join(row[column] for column in columns) for row in rows]
    return "\n".join(["#! version: ours", "#! reviewed: 2026-11-20", header, *lines]) + "\n"
