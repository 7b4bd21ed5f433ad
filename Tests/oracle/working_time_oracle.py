"""Answers questions of working time by other means than MotCua does, for comparison.

usage: working_time_oracle.py HOLIDAYS.csv < questions > answers

A question is a tab-separated line, times in ISO 8601 with six decimals and offset:
  due       START  AMOUNT  UNIT               unit: working_hour, working_day, day, month
  received  AT
  elapsed   FROM   TO
  resume    DUE    PAUSED_AT  RESUMED_AT  UNIT
The answer is a time in ISO 8601, or microseconds for `elapsed`, or `error` where the years covered do not suffice.

Working days are numpy's busdays: a week of Monday to Saturday in which every Saturday that is not worked in
exchange is listed as a holiday. Hours and elapsed time are walked through day by day.
"""

import csv
import sys
from calendar import monthrange
from datetime import date, datetime, time, timedelta, timezone

import numpy as np

HANOI = timezone(timedelta(hours=7))
SESSIONS = [(time(8), time(12)), (time(13), time(17))]
CUTOFF = time(15)
MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)


class OutOfRange(Exception):
    pass


def read_holidays(path):
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    off = {date.fromisoformat(row["date"]) for row in rows}
    worked = {date.fromisoformat(row["makes_working_day"]) for row in rows if row["makes_working_day"]}
    years = {day.year for day in off}
    return off, worked, min(years), max(years)


class Oracle:
    def __init__(self, path):
        off, worked, first_year, last_year = read_holidays(path)
        self.first, self.last = date(first_year, 1, 1), date(last_year, 12, 31)
        idle_saturdays = set()
        day = self.first
        while day <= self.last:
            if day.weekday() == 5 and day not in worked:
                idle_saturdays.add(day)
            day += DAY
        self.busdays = np.busdaycalendar(
            weekmask="1111110", holidays=sorted(np.datetime64(d) for d in off | idle_saturdays))
        self.working = {
            d.astype(object)
            for d in np.arange(self.first, self.last + DAY, dtype="datetime64[D]")
            if np.is_busday(d, busdaycal=self.busdays)
        }

    def covered(self, day):
        if not self.first <= day <= self.last:
            raise OutOfRange
        return day

    def day_of(self, moment):
        return self.covered(moment.astimezone(HANOI).date())

    def roll(self, day):
        while self.covered(day) not in self.working:
            day += DAY
        return day

    def next_working(self, day):
        return self.roll(self.covered(day) + DAY)

    @staticmethod
    def at(day, clock):
        return datetime.combine(day, clock, HANOI)

    def closing(self, day):
        return self.at(day, SESSIONS[-1][1])

    def sessions(self, day):
        if day in self.working:
            for opens, closes in SESSIONS:
                yield self.at(day, opens), self.at(day, closes)

    def advance(self, start, amount):
        if not amount:
            return start
        day = self.day_of(start)
        while True:
            for opens, closes in self.sessions(self.covered(day)):
                begin = max(start, opens)
                if begin < closes:
                    if amount <= closes - begin:
                        return begin + amount
                    amount -= closes - begin
            day += DAY

    def add_working_days(self, day, amount):
        end = np.busday_offset(
            np.datetime64(day), amount, roll="backward", busdaycal=self.busdays).astype(object)
        return self.covered(end)

    def due(self, start, amount, unit):
        day = self.day_of(start)
        if unit == "working_hour":
            return self.advance(start, timedelta(hours=amount))
        if unit == "working_day":
            return self.closing(self.add_working_days(day, amount))
        if unit == "day":
            return self.closing(self.roll(day + amount * DAY))
        year, month = divmod(day.year * 12 + day.month - 1 + amount, 12)
        if year > self.last.year:
            raise OutOfRange
        return self.closing(self.roll(date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))))

    def received(self, moment):
        day = self.day_of(moment)
        if day in self.working and moment <= self.at(day, CUTOFF):
            for opens, closes in self.sessions(day):
                if moment < closes:
                    return max(moment, opens)
        return self.at(self.next_working(day), SESSIONS[0][0])

    def elapsed(self, begin, end):
        if begin > end:
            return -self.elapsed(end, begin)
        day, last, total = self.day_of(begin), self.day_of(end), timedelta(0)
        while day <= last:
            for opens, closes in self.sessions(day):
                total += max(min(end, closes) - max(begin, opens), timedelta(0))
            day += DAY
        return total // MICROSECOND

    def resume(self, due, paused, resumed, unit):
        if unit == "working_hour":
            left = self.elapsed(paused, due)
            if paused > due:
                return due
            return self.advance(resumed, left * MICROSECOND)
        paused_day, due_day = self.day_of(paused), self.day_of(due - MICROSECOND)
        if paused > due or paused_day > due_day:
            return due
        if unit == "working_day":
            left = sum(paused_day + n * DAY in self.working for n in range(1, (due_day - paused_day).days + 1))
        else:
            left = (due_day - paused_day).days
        day = self.day_of(resumed)
        if left == 0:
            end = self.closing(self.roll(day))
            return end if end >= resumed else self.closing(self.next_working(day))
        if unit == "working_day":
            return self.closing(self.add_working_days(day, left))
        return self.closing(self.roll(day + left * DAY))


def answer(oracle, fields):
    kind, moments = fields[0], datetime.fromisoformat
    if kind == "due":
        return oracle.due(moments(fields[1]), int(fields[2]), fields[3]).isoformat()
    if kind == "received":
        return oracle.received(moments(fields[1])).isoformat()
    if kind == "elapsed":
        return oracle.elapsed(moments(fields[1]), moments(fields[2]))
    if kind == "resume":
        return oracle.resume(*map(moments, fields[1:4]), fields[4]).isoformat()
    raise ValueError(f"no question is called {kind!r}")


def main():
    oracle = Oracle(sys.argv[1])
    for line in sys.stdin:
        try:
            print(answer(oracle, line.rstrip("\n").split("\t")))
        except OutOfRange:
            print("error")


if __name__ == "__main__":
    main()
