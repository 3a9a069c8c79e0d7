"""Prints the rows of the tables of a lake as another engine reads them: each as JSON, sorted, numbers by their bits."""

import json
import struct
import sys


def cell(value):
    if isinstance(value, float):
        return struct.pack(">d", value).hex()
    if hasattr(value, "timestamp"):
        epoch = value.replace(tzinfo=None) - type(value.replace(tzinfo=None))(1970, 1, 1)
        return (epoch.days * 86400 + epoch.seconds) * 1000000 + epoch.microseconds
    return value


def delta_rs(path):
    from deltalake import DeltaTable

    return DeltaTable(path).to_pyarrow_table().to_pylist()


def polars(path):
    import polars

    return polars.scan_delta(path).collect().to_dicts()


def polars_some(path, run):
    import polars

    rows = polars.scan_delta(path).filter((polars.col("run_id") == run) & (polars.col("key") == "loss"))
    return rows.collect().height


def delta_rs_some(path, run):
    from deltalake import DeltaTable
    from pyarrow import compute

    wanted = (compute.field("run_id") == run) & (compute.field("key") == "loss")
    return DeltaTable(path).to_pyarrow_dataset().count_rows(filter=wanted)


def open_spark():
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").appName("tidemark")
    settings = {
        "spark.jars.packages": "io.delta:delta-spark_2.13:4.0.0",
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.ui.enabled": "false",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def main():
    engine, lake, run, *tables = sys.argv[1:]
    if engine == "spark":
        import os
        import time

        os.environ["TZ"] = "UTC"
        time.tzset()
        spark = open_spark()
        read = lambda path: [row.asDict() for row in spark.read.format("delta").load(path).collect()]
        some = lambda path, of: spark.read.format("delta").load(path).filter(f"run_id = '{of}' AND key = 'loss'").count()
    else:
        read = {"delta-rs": delta_rs, "polars": polars}[engine]
        some = {"delta-rs": delta_rs_some, "polars": polars_some}[engine]
    found = {}
    for table in tables:
        rows = [json.dumps({k: cell(v) for k, v in row.items()}, sort_keys=True) for row in read(f"{lake}/{table}")]
        found[table] = sorted(rows)
    found["some"] = some(f"{lake}/metrics", run)
    print("FOUND " + json.dumps(found))


main()
