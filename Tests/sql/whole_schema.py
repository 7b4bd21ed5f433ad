#!/usr/bin/env python3
"""Prints the whole schema as one script for an empty database: what `motcua db migrate` runs, in its order.

Migrations by number, each after the function files its line `-- needs: a.sql` names; then all function files, each
after those it needs; then the walls and the record of the schema's shape. Run it in one transaction (psql -1).

With the argument `again`: what it runs where no migration is missing and a function file has changed.
"""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2] / "sql"
functions = {p.name: p.read_text() for p in sorted((root / "functions").glob("*.sql"))}


def needs(text):
    line = re.search(r"^-- needs:(.*)$", text, re.M)
    return re.split(r"[,\s]+", line.group(1).strip()) if line else []


def ordered(names):
    done = []

    def add(name):
        if name not in done:
            for other in needs(functions[name]):
                add(other)
            done.append(name)

    for name in names:
        add(name)
    return done


again = sys.argv[1:] == ["again"]
placed = set()
version = 0
if again:
    print("LOCK TABLE motcua.migration IN EXCLUSIVE MODE;")
    print((root / "placing/lock.sql").read_text())
for migration in sorted((root / "migrations").glob("*.sql")):
    version = int(migration.name[:4])
    if again:
        continue
    text = migration.read_text()
    for name in ordered(needs(text)):
        if name not in placed:
            placed.add(name)
            print("SET LOCAL check_function_bodies = off; DELETE FROM motcua.routine_access;")
            print(functions[name])
    print(text)
    print(f"INSERT INTO motcua.migration (version, name, checksum) VALUES ({version}, '{migration.name}', sha256('x'));")
print((root / "placing/clear.sql").read_text())
for name in ordered(functions):
    print(functions[name])
print((root / "placing/check.sql").read_text())
print(f"UPDATE motcua.installation SET schema_version = {version};")
print("SELECT motcua.build_walls();\nSELECT motcua.record_shape();")
