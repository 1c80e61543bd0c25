"""Reads a dataset folder with other people's Parquet readers and compares.

    python test/python/check_parquet.py outputs/NAME

Every part that a commit in force names is read by pyarrow, by Hugging Face `datasets` and by DuckDB for Python; where
the DuckDB command line tool is installed, by that one too. Row counts must agree with the commits, column types with
`tables.json`, and the first and last rows of each file with each other. Exits 1 with the differences otherwise.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import datasets
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

LEAVES = {
    "utf8": pa.string(),
    "json": pa.string(),
    "bool": pa.bool_(),
    "float64": pa.float64(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "bigint": pa.int64(),
    "timestamp": pa.timestamp("us"),
}


def arrow_type(stored):
    """The Arrow type that tables.json promises."""
    if isinstance(stored, str):
        return LEAVES[stored]
    if "list" in stored:
        return pa.list_(arrow_type(stored["list"]))
    return pa.struct([pa.field(field["name"], arrow_type(field["type"])) for field in stored["struct"]])


def same_type(found, expected):
    """Equal but for the names of list items, which readers ignore."""
    if pa.types.is_list(expected):
        return pa.types.is_list(found) and same_type(found.value_type, expected.value_type)
    if pa.types.is_struct(expected):
        return (
            pa.types.is_struct(found)
            and [field.name for field in found] == [field.name for field in expected]
            and all(same_type(left.type, right.type) for left, right in zip(found, expected))
        )
    return found == expected


def feature_type(feature):
    """The Arrow type of a Hugging Face feature, nested ones included."""
    return datasets.Features({"f": feature}).arrow_schema.field("f").type


def hash_of(shards):
    """What a merge stands for: the shard commits as JSON with sorted keys, a line each."""
    lines = [json.dumps(shard, sort_keys=True, separators=(",", ":"), ensure_ascii=False) for shard in shards]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def parts_in_force(folder):
    """Parts of the merge, or of the latest retry of each shard, of the newest plan of the run; and the plan's own."""
    run = json.loads((folder / "run.json").read_text())["run"]
    for phase in sorted((folder / "commits").iterdir()):
        commits = [json.loads(file.read_text()) for file in sorted(phase.glob("*.json"))]
        plans = [commit for commit in commits if commit["kind"] == "plan" and commit["run"] == run]
        if not plans:
            continue
        plan = max(plans, key=lambda commit: commit["generation"])
        yield from plan["parts"]
        mine = [commit for commit in commits if commit["generation"] == plan["generation"]]
        latest = {}
        for commit in (commit for commit in mine if commit["kind"] == "shard"):
            known = latest.get(commit["shard"])
            if known is None or commit["retry"] > known["retry"]:
                latest[commit["shard"]] = commit
        shards = [latest[number] for number in sorted(latest)]
        merges = [commit for commit in mine if commit["kind"] == "merged" and commit["of"] == hash_of(shards)]
        yield from merges[0]["parts"] if merges else [part for shard in shards for part in shard["parts"]]


def check(folder):
    tables = {table["name"]: table for table in json.loads((folder / "tables.json").read_text())["tables"]}
    faults = []
    files = {}
    for part in parts_in_force(folder):
        path = folder / part["path"]
        files.setdefault(part["table"], []).append(str(path))
        file = pq.ParquetFile(path)
        if file.metadata.num_rows != part["rows"]:
            faults.append(f"{part['path']}: pyarrow counts {file.metadata.num_rows} rows, the commit says {part['rows']}")
        expected = {column["name"]: arrow_type(column["type"]) for column in tables[part["table"]]["columns"]}
        found = {field.name: field.type for field in file.schema_arrow}
        if list(found) != list(expected):
            faults.append(f"{part['path']}: columns {list(found)}, expected {list(expected)}")
            continue
        for name, type_ in expected.items():
            if not same_type(found[name], type_):
                faults.append(f"{part['path']}: {name} is {found[name]}, expected {type_}")
        if not all(field.nullable for field in file.schema_arrow):
            faults.append(f"{part['path']}: a column is required, so loaders would not match their features")

    with tempfile.TemporaryDirectory() as cache:
        for table, paths in files.items():
            arrow = pa.concat_tables([pq.read_table(path) for path in paths])
            loaded = datasets.load_dataset("parquet", data_files=paths, split="train", cache_dir=cache)
            if loaded.num_rows != arrow.num_rows:
                faults.append(f"{table}: datasets loads {loaded.num_rows} rows, pyarrow {arrow.num_rows}")
            for name, feature in loaded.features.items():
                if not same_type(feature_type(feature), arrow.schema.field(name).type):
                    faults.append(f"{table}.{name}: datasets reads {feature}, pyarrow {arrow.schema.field(name).type}")
            for index in {0, arrow.num_rows - 1} if arrow.num_rows > 0 else set():
                if loaded[index] != arrow.slice(index, 1).to_pylist()[0]:
                    faults.append(f"{table}: row {index} differs between datasets and pyarrow")
            counted = duckdb.execute("SELECT count(*) FROM read_parquet(?)", [paths]).fetchone()[0]
            if counted != arrow.num_rows:
                faults.append(f"{table}: DuckDB for Python counts {counted} rows, pyarrow {arrow.num_rows}")
            tool = shutil.which("duckdb", path=str(Path(sys.executable).parent)) or shutil.which("duckdb")
            if tool is not None:
                names = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
                sql = f"SELECT count(*) AS n FROM read_parquet([{names}])"
                said = subprocess.run([tool, "-csv", "-c", sql], capture_output=True, text=True, check=True).stdout
                if re.findall(r"\d+", said) != [str(arrow.num_rows)]:
                    faults.append(f"{table}: the DuckDB tool counts {said!r}, pyarrow {arrow.num_rows}")
            print(f"{table}: {arrow.num_rows} rows in {len(paths)} files, columns {', '.join(arrow.schema.names)}")
    return faults


if __name__ == "__main__":
    datasets.disable_progress_bars()
    found = check(Path(sys.argv[1]).resolve())
    for fault in found:
        print(fault, file=sys.stderr)
    sys.exit(1 if found else 0)
