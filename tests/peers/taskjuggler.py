#!/usr/bin/env python3
"""Compares finish dates and the chains that follow from them with TaskJuggler's, for 200 generated portfolios.

    taskjuggler.py PRD [SEED]

Portfolios are acyclic and without limits on work in progress. In TaskJuggler a PRD is a task of its remaining length and
a milestone behind it: who waits for its completion or for its contract (unpublished) depends on the milestone, and so does
the milestone of who can only not finish before. Many portfolios go into one run of tj3. Ends with 1 where a date or a
chain differs.
"""

import csv
import json
import math
import os
import pathlib
import random
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

TODAY = "2025-06-02"
PORTFOLIOS = 200
RUNS = 4


def generate(rng):
    """PRDs as (days, per cent, state, [(prerequisite, kind)]), by number; prerequisites have lower numbers."""
    prds = []
    for number in range(rng.randint(4, 16)):
        edges = []
        for other in rng.sample(range(number), min(number, rng.choice([0, 1, 1, 2, 3]))):
            edges.append((other, rng.choice(["complete", "complete", "finish", "contract", "soft"])))
        state = rng.choice(["ready", "in-progress", "in-progress", "complete"])
        prds.append((rng.randint(1, 12), rng.choice([0, 0, 10, 35, 60, 85]), state, sorted(edges)))
    return prds


def remaining(prd):
    """Whole working days left, in exact fractions."""
    days, percent, state, _ = prd
    return 0 if state == "complete" else math.ceil(days * (1 - Fraction(percent, 100)))


def write(folder, prds):
    for number, (days, percent, state, edges) in enumerate(prds, 1):
        home = folder / "docs/prds" / state
        home.mkdir(parents=True, exist_ok=True)
        depends = ", ".join(f"PRD-{other + 1:03} ({kind})" for other, kind in edges) or "None"
        (home / f"PRD-{number:03}-part.md").write_text(
            f"# PRD-{number:03}: Part {number}\n\n**Estimate**: {days} days\n**Progress**: {percent}%\n**Depends On**: {depends}\n"
        )
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)


def ask_prd(program, folder):
    command = [program, "--repo", str(folder), "--as-of", TODAY, "orchestrate", "--format", "json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def holding(prds, number, kinds):
    """The prerequisites of those kinds that hold a PRD."""
    return [other for other, kind in prds[number][3] if kind in kinds and prds[other][2] != "complete"]


def tasks(name, prds):
    lines = [f"task {name} \"{name}\" {{"]
    for number, prd in enumerate(prds):
        if prd[2] == "complete":
            continue
        start = holding(prds, number, ("complete", "contract"))
        after = ", ".join(f"{name}.p{other}.done" for other in start)
        # With nothing to wait for, work begins with the project.
        begin = f"depends {after}" if after else f"start {TODAY}"
        length = remaining(prd)
        work = f"length {length}d" if length else "milestone"
        finish = "".join(f", {name}.p{other}.done" for other in holding(prds, number, ("finish",)))
        lines.append(
            f"  task p{number} \"p{number}\" {{ task work \"w\" {{ {begin} {work} }} "
            f"task done \"d\" {{ milestone depends {name}.p{number}.work{finish} }} }}"
        )
    lines.append("}")
    return lines


def ask_taskjuggler(folder, portfolios):
    """The date on which each PRD of each portfolio is done, by their names."""
    lines = [f'project all "All" {TODAY} +5y {{ timezone "UTC" timeformat "%Y-%m-%d" }}', 'resource nobody "Nobody"']
    for name, prds in portfolios:
        lines.extend(tasks(name, prds))
    lines.append('taskreport dates "dates" { formats csv columns id, end }')
    (folder / "all.tjp").write_text("\n".join(lines) + "\n")
    done = subprocess.run(["tj3", "--silent", "--no-color", "all.tjp"], cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"tj3 failed: {done.stdout[-800:]}{done.stderr[-2000:]}")
    with open(folder / "dates.csv", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    return {row[0]: row[1] for row in rows[1:] if row[0].endswith(".done")}


def working_day(date):
    """The number of the working day that a date is, from 1 on for the first one."""
    import datetime

    first, day = datetime.date.fromisoformat(TODAY), datetime.date.fromisoformat(date)
    return sum((first + datetime.timedelta(days=n)).weekday() < 5 for n in range((day - first).days + 1))


def chain(prds, days):
    """The critical path that follows from finishes in working days, ties to the first id."""
    open_ = [number for number, prd in enumerate(prds) if prd[2] != "complete"]
    length = max((days[number] for number in open_), default=0)
    if length == 0:
        return []
    at = min(number for number in open_ if days[number] == length)
    path = [at]
    while True:
        start = max((days[other] for other in holding(prds, at, ("complete", "contract"))), default=0)
        held = days[at] > start + remaining(prds[at])
        kinds, wanted = (("finish",), days[at]) if held else (("complete", "contract"), start)
        drivers = [other for other in holding(prds, at, kinds) if days[other] == wanted and wanted > 0]
        if not drivers:
            return [f"PRD-{number + 1:03}" for number in reversed(path)]
        at = min(drivers)
        path.append(at)


def main():
    program, seed = os.path.realpath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20250602
    rng = random.Random(seed)
    portfolios = [(f"f{number}", generate(rng)) for number in range(PORTFOLIOS)]
    wrong, dates, chains = [], 0, 0
    with tempfile.TemporaryDirectory() as name:
        top = pathlib.Path(name)

        def ours(portfolio):
            write(top / portfolio[0], portfolio[1])
            return ask_prd(program, top / portfolio[0])

        def theirs(run):
            folder = top / f"run{run}"
            folder.mkdir()
            return ask_taskjuggler(folder, portfolios[run::RUNS])

        with ThreadPoolExecutor(2) as pool:
            told = dict(part for found in pool.map(theirs, range(RUNS)) for part in found.items())
            reports = list(pool.map(ours, portfolios))
        for (name, prds), report in zip(portfolios, reports):
            rows = {row["id"]: row for row in report["prds"]}
            days = {}
            for number, prd in enumerate(prds):
                if prd[2] == "complete":
                    days[number] = 0
                    continue
                date, row = told[f"{name}.p{number}.done"], rows[f"PRD-{number + 1:03}"]
                # What takes no time at all is done when the day begins.
                days[number] = 0 if date == TODAY and row["finish_day"] == 0 else working_day(date)
                dates += 1
                if row["eta_date"] != date or row["finish_day"] != days[number]:
                    wrong.append(f"{name} {row['id']}: {row['eta_date']}, day {row['finish_day']}; TaskJuggler says {date}")
            chains += 1
            expected = chain(prds, days)
            if report["critical_path"]["ids"] != expected:
                wrong.append(f"{name}: {report['critical_path']['ids']}; from TaskJuggler's dates follows {expected}")
    print(f"  {PORTFOLIOS} portfolios, {dates} finish dates and {chains} chains compared, {len(wrong)} differ (seed {seed})")
    for line in wrong[:20]:
        print(f"  {line}")
    sys.exit(1 if wrong else 0)


main()
