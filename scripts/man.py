#!/usr/bin/env python3
"""Writes the man pages from what a program says of itself: one of the whole, one for each of its commands.

    man.py PROGRAM DIRECTORY

English pages go into DIRECTORY, Vietnamese ones into DIRECTORY/vi.
"""

import json
import os
import subprocess
import sys

WORDS = {
    "en": {
        "name": "NAME", "synopsis": "SYNOPSIS", "description": "DESCRIPTION", "commands": "COMMANDS",
        "options": "OPTIONS", "environment": "ENVIRONMENT", "exit": "EXIT STATUS", "see": "SEE ALSO",
        "values": "one of", "default": "default", "help": "Show help.", "version": "Show the version.",
    },
    "vi": {
        "name": "TÊN", "synopsis": "CÁCH DÙNG", "description": "MÔ TẢ", "commands": "CÁC LỆNH",
        "options": "TÙY CHỌN", "environment": "BIẾN MÔI TRƯỜNG", "exit": "MÃ THOÁT", "see": "XEM THÊM",
        "values": "chọn", "default": "mặc định", "help": "Xem hướng dẫn.", "version": "Xem phiên bản.",
    },
}

# What the programs do not say of themselves.
FACTS = {
    ("motcua", "en"): {
        "variables": [
            ("MOTCUA_HOME", "the data directory of the private database."),
            ("MOTCUA_STAFF", "who acts where --as does not say."),
            ("MOTCUA_LANG", "vi or en; else the locale decides."),
            ("PGHOST, PGSERVICE, PGDATABASE", "name a server, as for psql; nothing is started then."),
            ("NO_COLOR", "if set, no colours."),
        ],
        "statuses": [
            ("0", "done."), ("64", "called wrongly."), ("65", "the data given are wrong."),
            ("66", "what was asked for does not exist."), ("69", "the database or a program is not there."),
            ("70", "a fault of this program."), ("73", "an output cannot be created."),
            ("75", "somebody else was quicker: look and try again."), ("77", "you may not do this."),
            ("78", "the database is of another version."),
        ],
    },
    ("motcua", "vi"): {
        "variables": [
            ("MOTCUA_HOME", "thư mục dữ liệu của cơ sở dữ liệu riêng."),
            ("MOTCUA_STAFF", "ai làm việc, khi không có --as."),
            ("MOTCUA_LANG", "vi hoặc en; không có thì theo locale."),
            ("PGHOST, PGSERVICE, PGDATABASE", "nêu máy chủ như với psql; khi đó không khởi động gì."),
            ("NO_COLOR", "có đặt thì không dùng màu."),
        ],
        "statuses": [
            ("0", "xong."), ("64", "gọi sai."), ("65", "dữ liệu đưa vào sai."),
            ("66", "không có thứ được hỏi."), ("69", "thiếu cơ sở dữ liệu hoặc chương trình cần dùng."),
            ("70", "lỗi của chương trình này."), ("73", "không tạo được tệp kết quả."),
            ("75", "người khác vừa thay đổi: xem lại rồi thử lại."), ("77", "không có quyền."),
            ("78", "cơ sở dữ liệu thuộc phiên bản khác."),
        ],
    },
    ("motcuad", "en"): {
        "variables": [
            ("MOTCUA_CONFIG", "the configuration file, where --config does not name one."),
            ("MOTCUA_LOG_LEVEL, ...", "a setting each; motcuad config lists them."),
            ("MOTCUA_LANG", "vi or en; else the locale decides."),
            ("PGHOST, PGSERVICE, PGDATABASE", "name the server where database.conninfo does not."),
            ("NOTIFY_SOCKET, WATCHDOG_USEC", "set by systemd."),
        ],
        "statuses": [
            ("0", "done, or stopped in order."), ("64", "called wrongly."),
            ("66", "the configuration file cannot be read."),
            ("69", "the database is not there, or the port cannot be opened."),
            ("70", "a fault of this program."), ("73", "the file of metrics cannot be created."),
            ("75", "not everything stopped within stop.limit."), ("77", "the login may not run services."),
            ("78", "the configuration is wrong, or the database is of another version."),
        ],
    },
    ("motcuad", "vi"): {
        "variables": [
            ("MOTCUA_CONFIG", "tệp cấu hình, khi không có --config."),
            ("MOTCUA_LOG_LEVEL, ...", "mỗi biến là một mục cấu hình; xem motcuad config."),
            ("MOTCUA_LANG", "vi hoặc en; không có thì theo locale."),
            ("PGHOST, PGSERVICE, PGDATABASE", "nêu máy chủ khi database.conninfo không nêu."),
            ("NOTIFY_SOCKET, WATCHDOG_USEC", "do systemd đặt."),
        ],
        "statuses": [
            ("0", "xong, hoặc đã dừng đúng cách."), ("64", "gọi sai."), ("66", "không đọc được tệp cấu hình."),
            ("69", "không có cơ sở dữ liệu, hoặc không mở được cổng."),
            ("70", "lỗi của chương trình này."), ("73", "không tạo được tệp số liệu giám sát."),
            ("75", "chưa dừng xong trong thời hạn stop.limit."),
            ("77", "tài khoản kết nối không có quyền chạy dịch vụ."),
            ("78", "cấu hình sai, hoặc cơ sở dữ liệu thuộc phiên bản khác."),
        ],
    },
}


def text(words):
    """Plain text as roff: nothing in it is an instruction."""
    lines = (words or "").replace("\\", "\\e").replace("-", "\\-").split("\n")
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in lines)


def spelled(argument):
    """How an argument is written: --tier <tier>, <unit> ..."""
    value = "<%s>" % argument.get("valueName", "value")
    names = [("--" if n["kind"] == "long" else "-") + n["name"] for n in argument.get("names", [])]
    if argument["kind"] == "positional":
        return value
    return ", ".join(names) + ("" if argument["kind"] == "flag" else " " + value)


def synopsis(path, command):
    parts = [".B " + text(" ".join(path))]
    for argument in shown(command):
        one = spelled(argument).split(", ")[-1] + (" ..." if argument.get("isRepeating") else "")
        parts.append("[" + text(one) + "]" if argument.get("isOptional") else text(one))
    return "\n".join(parts)


def shown(command, whole=False):
    """What is to be said of; --help and --version only on the page of the whole."""
    return [
        a for a in command.get("arguments", [])
        if a.get("shouldDisplay", True) and (whole or not common(a))]


def common(argument):
    names = [n["name"] for n in argument.get("names", [])]
    return argument["kind"] == "flag" and ("help" in names or names == ["version"])


def subcommands(command):
    return [c for c in command.get("subcommands", []) if c["commandName"] != "help" and c.get("shouldDisplay", True)]


def options(command, words):
    out = []
    for argument in shown(command, whole=any(command["commandName"] == program for program, _ in FACTS)):
        about = argument.get("abstract") or ""
        name = argument.get("valueName")
        if argument["kind"] == "flag" and name in ("help", "version"):
            about = words[name]
        notes = []
        if argument.get("allValues") and argument["kind"] != "flag":
            notes.append("%s: %s" % (words["values"], ", ".join(argument["allValues"])))
        if argument.get("defaultValue"):
            notes.append("%s: %s" % (words["default"], argument["defaultValue"]))
        about += " (%s)" % "; ".join(notes) if notes else ""
        out += [".TP", ".B " + text(spelled(argument)), text(about)]
    return out


def about(command):
    out = [text(command.get("abstract"))]
    if command.get("discussion"):
        out += [".PP", text(command["discussion"])]
    return out


def section(path, command, words, level):
    """A command below the page's own, and those below it."""
    out = [level + " " + text(" ".join(path)), synopsis(path, command), ".PP"] + about(command)
    out += options(command, words)
    for sub in subcommands(command):
        out += section(path + [sub["commandName"]], sub, words, ".SS")
    return out


def page(path, command, words, version, others):
    title = "-".join(path)
    out = ['.TH "%s" 1 "" "MotCua %s" ""' % (title.upper(), version)]
    out += [".SH " + words["name"], text(title) + " \\- " + text(command.get("abstract"))]
    out += [".SH " + words["synopsis"], synopsis(path, command)]
    if command.get("discussion"):
        out += [".SH " + words["description"], text(command["discussion"])]
    if options(command, words):
        out += [".SH " + words["options"]] + options(command, words)
    subs = subcommands(command)
    if subs:
        out.append(".SH " + words["commands"])
        for sub in subs:
            if len(path) == 1:
                out += [".TP", ".BR " + text(path[0] + "-" + sub["commandName"]) + " (1)", text(sub.get("abstract"))]
            else:
                out += section(path + [sub["commandName"]], sub, words, ".SS")
    if len(path) == 1:
        for heading, entries in (("environment", words["variables"]), ("exit", words["statuses"])):
            out.append('.SH "%s"' % words[heading])
            for name, meaning in entries:
                out += [".TP", ".B " + text(name), text(meaning)]
    else:
        out += ['.SH "%s"' % words["see"], ", ".join("\\fB%s\\fR(1)" % text(name) for name in others)]
    return "\n".join(out) + "\n"


def main():
    program, directory = sys.argv[1:3]
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    for language, words in WORDS.items():
        environment = dict(os.environ, MOTCUA_LANG=language)
        dump = subprocess.run(
            [program, "--experimental-dump-help"], capture_output=True, text=True, check=True, env=environment)
        root = json.loads(dump.stdout)["command"]
        whole = root["commandName"]
        words = dict(words, **FACTS[whole, language])
        target = directory if language == "en" else os.path.join(directory, language)
        os.makedirs(target, exist_ok=True)
        pages = {whole: page([whole], root, words, version, [])}
        names = [whole + "-" + command["commandName"] for command in subcommands(root)]
        for command in subcommands(root):
            name = whole + "-" + command["commandName"]
            others = [whole] + [other for other in names if other != name]
            pages[name] = page([whole, command["commandName"]], command, words, version, others)
        for name, content in pages.items():
            with open(os.path.join(target, name + ".1"), "w", encoding="utf-8") as file:
                file.write(content)


main()
