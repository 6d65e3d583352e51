"""The API as a browser asks it: api_peer.py STORY LOGIN=PASSWORD... (tests/system/api.sh). A failed assertion is the failure."""
import csv
import datetime
import hashlib
import http.client
import io
import json
import re
import ssl
import sys
import threading
import time
import urllib.parse

import jsonschema
import openpyxl

DOC = json.load(open("docs/openapi.json", encoding="utf-8"))
RESOLVER = jsonschema.RefResolver.from_schema(DOC)
ROOT = "/api/v1"


class Person:
    def __init__(self, login=None, password=None):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self.context = context
        self.wire = http.client.HTTPSConnection("localhost", 8444, context=context, timeout=60)
        self.cookie, self.csrf, self.used = None, None, time.monotonic()
        if login:
            status, me = self.post("/login", {"login": login, "password": password, "language": "en"})
            assert status == 200, (login, status, me)
            self.csrf = me["csrf"]

    def ask(self, method, path, body=None, kind="application/json", headers=None):
        head = dict(headers or {})
        if self.cookie:
            head["Cookie"] = self.cookie
        if method == "POST":
            head["X-Parta-CSRF"] = self.csrf or ""
            head["Content-Type"] = kind
        # A wire on which nothing moves for 30 s is closed by the collector.
        if time.monotonic() - self.used > 15:
            self.wire.close()
        self.used = time.monotonic()
        self.wire.request(method, ROOT + path, body=body, headers=head)
        reply = self.wire.getresponse()
        text = reply.read()
        for cookie in reply.headers.get_all("Set-Cookie") or []:
            self.cookie = cookie.split(";")[0]
        # Whoever asks faster than 100 times a second is told when to come again.
        if reply.status == 429:
            time.sleep(int(reply.headers["Retry-After"]))
            return self.ask(method, path, body, kind, headers)
        return reply.status, reply.headers, text

    def get(self, path, /, **query):
        path += "?" + urllib.parse.urlencode(query, doseq=True) if query else ""
        status, head, text = self.ask("GET", path)
        checked(path, "get", status, head, text)
        return status, json.loads(text)

    def rows(self, name, /, **query):
        status, page = self.get("/" + name, **query)
        assert status == 200, (name, query, page)
        return page["rows"]

    def refused(self, name, /, error_code="bad_parameter", **query):
        got, body = self.get("/" + name, **query)
        assert (got, body.get("error", {}).get("code")) == (400, error_code), (name, query, got, body)
        return body["error"]["message"]

    def post(self, path, body, kind="application/json"):
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        status, head, text = self.ask("POST", path, text, kind)
        checked(path, "post", status, head, text)
        return status, json.loads(text) if text else None

    def file(self, name, /, **query):
        status, head, text = self.ask("GET", f"/{name}?" + urllib.parse.urlencode(query, doseq=True))
        assert status == 200, (name, query, text[:300])
        assert re.search(r'attachment; filename="parta-[a-z_]+-\d{4}-\d\d-\d\d\.(csv|xlsx)"', head["Content-Disposition"]), head.items()
        return text


def checked(path, method, status, head, text):
    """An answer is one that the description knows, and of the form that it says."""
    described = DOC["paths"][path.split("?")[0]][method]["responses"]
    assert str(status) in described, f"{method} {path}: status {status} is not described: {text[:200]}"
    answer = described[str(status)]
    if "$ref" in answer:
        answer = RESOLVER.resolve(answer["$ref"])[1]
    if "content" not in answer:
        assert not text, (path, text[:200])
        return
    kind = head["Content-Type"].split(";")[0]
    assert kind in answer["content"], (path, kind)
    if kind == "application/json":
        validator = jsonschema.Draft202012Validator(answer["content"][kind]["schema"], resolver=RESOLVER,
                                                    format_checker=jsonschema.FormatChecker(formats=["date", "uuid"]))
        errors = list(validator.iter_errors(json.loads(text)))
        assert not errors, f"{method} {path}: {errors[0].message[:300]} at {list(errors[0].absolute_path)}"


def lists():
    """Of the description: name, properties of a row, whether there is a period."""
    for path, item in DOC["paths"].items():
        if "lists" in item.get("get", {}).get("tags", []):
            row = DOC["components"]["schemas"]["".join(word.capitalize() for word in path[1:].split("_")) + "Row"]
            yield path[1:], row["properties"], any(p["$ref"].endswith("/from") for p in item["get"]["parameters"])


def served():
    """What the program serves, by its own lists."""
    routes = open("collector/routes.c", encoding="utf-8").read()
    found = {(method.lower(), "/" + path) for method, path in re.findall(r'PAGE\("(GET|POST)", "([^"]+)"', routes)}
    rows = open("collector/page/list.h", encoding="utf-8").read()
    return found | {("get", "/" + name) for name in re.findall(r'^\s*X\("(\w+)",', rows, re.M)}


def openapi(people):
    described = {(method, path) for path, item in DOC["paths"].items() for method in item}
    assert described == served(), f"described and served differ: {described ^ served()}"
    for schema in DOC["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    for reference in re.findall(r'"\$ref": "(#[^"]+)"', open("docs/openapi.json", encoding="utf-8").read()):
        RESOLVER.resolve(reference)
    boss = people["boss"]
    status, _, text = Person().ask("GET", "/openapi.json")
    assert status == 200 and json.loads(text) == DOC, "the description is served as it stands in docs/"
    for name, properties, _ in lists():
        status, page = boss.get("/" + name)
        assert status == 200, (name, page)
        assert [column["key"] for column in page["columns"]] == list(properties), f"the columns of '{name}' are not those described"
        for column in page["columns"]:
            assert re.search("[А-яЁё]", column["ru"]) or column["key"] in ("os", "url"), (name, column)
            assert column["type"] != "word" or column["words"], (name, column)
        assert Person().ask("GET", "/" + name)[0] == 401, f"'{name}' is shown to strangers"
    for path, query in (("/me", {}), ("/summary", {}), ("/words", {}),
                        ("/series", {"school": boss.rows("schools")[0]["school"], "name": "down", "from": "2025-01-01", "to": "2025-02-01"})):
        assert boss.get(path, **query)[0] == 200, path
    words = boss.get("/words")[1]
    for name, _, _ in lists():
        for column in boss.get("/" + name)[1]["columns"]:
            assert column["type"] != "word" or words.get(column["words"]), f"'{name}.{column['key']}': no dictionary '{column['words']}'"
        for row in boss.rows(name):
            for column in boss.get("/" + name)[1]["columns"]:
                if column["type"] == "word" and row[column["key"]]:
                    assert row[column["key"]] in words[column["words"]], (name, column["key"], row[column["key"]])
    # Every action is there, wants the token, and refuses what is no body.
    for method, path in sorted(described):
        if method == "post" and path not in ("/login", "/logout"):
            assert boss.post(path, b"[]")[0] == 400, path
            forged, boss.csrf = boss.csrf, "0" * 64
            assert boss.post(path, {})[0] == 403, path
            boss.csrf = forged


def lists_story(people):
    boss, anna = people["boss"], people["anna"]
    words = boss.get("/words")[1]
    for name, properties, has_period in lists():
        whole = boss.get("/" + name)[1]
        total = whole["total"]
        assert total == len(whole["rows"]), name
        # Pages put together are the whole, in its order.
        pages = []
        for offset in range(0, total + 2, 3):
            page = boss.get("/" + name, limit=3, offset=offset)[1]
            assert (page["total"], page["limit"], page["offset"]) == (total, 3, offset), (name, offset, page["total"])
            pages += page["rows"]
        if name != "access_log":
            assert [json.dumps(r) for r in pages] == [json.dumps(r) for r in whole["rows"]], f"pages of '{name}' do not make the list"
        types = {column["key"]: column["type"] for column in whole["columns"]}
        for key in properties:
            if types[key] in ("list", "json"):
                assert "sort" not in boss.refused(name, sort=key) or True
                continue
            for sort, reverse in ((key, False), ("-" + key, True)):
                values = [r[key] for r in boss.rows(name, sort=sort)]
                there = [v for v in values if v is not None]
                assert values[:len(there)] == there, f"'{name}' by {sort}: what is empty comes last"
                if types[key] == "word":
                    called = words[next(c["words"] for c in whole["columns"] if c["key"] == key)]
                    there = [called[v]["en"].lower() if v in called else v for v in there]
                if types[key] == "text":
                    # As people sort: the other way round is the other way round, and see natural() for the rest.
                    other = [r[key] for r in boss.rows(name, sort=key if reverse else "-" + key) if r[key] is not None]
                    assert name == "access_log" or there == other[::-1], f"'{name}' by {sort}: {there}"
                elif name != "access_log":
                    assert there == sorted(there, reverse=reverse), f"'{name}' by {sort}: {there}"
        own = {"q", "from", "to", "sort", "limit", "offset", "format", "lang"}
        for key in set(properties) - own:
            if types[key] == "json":
                boss.refused(name, **{key: "x"})
                continue
            for row in whole["rows"][:2]:
                value = row[key]
                if value is None or value == [] or types[key] == "time":
                    continue
                text = str(value[0] if isinstance(value, list) else value)
                text = text.lower() if isinstance(value, bool) else text
                if isinstance(value, float):
                    continue
                hits = boss.rows(name, **{key: text})
                assert hits, (name, key, text)
                for hit in hits:
                    assert (value[0] in hit[key]) if isinstance(value, list) else hit[key] == value, (name, key, hit[key])
        if has_period:
            assert boss.get("/" + name, **{"from": "2020-01-01", "to": "2020-12-31"})[1]["total"] == 0, name
            assert boss.get("/" + name, **{"from": "2020-01-01"})[1]["total"] == boss.get("/" + name)[1]["total"], name
            boss.refused(name, **{"from": "yesterday"})
        else:
            boss.refused(name, **{"from": "2020-01-01"})
        for wrong in ({"colour": "red"}, {"limit": 0}, {"limit": 1001}, {"limit": "x"}, {"offset": -1}, {"offset": 10**9}, {"sort": "colour"},
                      {"format": "pdf"}, {"lang": "de"}, {"limit": ["1", "2"]}, {"q": "x" * 513}, {"q": "a\x01b"}):
            message = boss.refused(name, **wrong)
            assert message and not re.search("[А-я]", message), message
        assert re.search("[А-я]", people["vera"].refused(name, limit=0)) if name not in ("users", "access_log", "messages") else True
        # A school sees its own rows and nothing of another.
        if "school" in properties:
            mine = anna.get("/" + name)[1]
            assert {r["school"] for r in mine["rows"]} <= {"A", None}, (name, mine["rows"])
            assert anna.get("/" + name, school="B")[1]["total"] == 0, name
            assert anna.get("/" + name, q="School B")[1]["total"] == 0, name
    assert people["vera"].refused("devices", error_code="bad_value", first_seen="soon") == 'значение не подходит: "soon"'
    boss.refused("devices", device_id="7")
    assert {r["serial"] for r in boss.rows("devices", q="коммутатор")} == {"SN1"}, "a search finds what people call a key"
    assert len(boss.rows("devices", q="00:00:00:00:00:01")) == 4 and boss.rows("devices", q="%") == []
    assert len(boss.rows("devices", **{"class": ["switch", "printer"], "school": "A"})) == 2
    assert boss.rows("devices", absent_since="") == boss.rows("devices")
    assert anna.get("/users")[0] == 403 and anna.get("/access_log")[0] == 403
    assert people["audit"].get("/access_log")[0] == 200 and people["audit"].get("/users")[0] == 403
    assert anna.get("/series", school="B", name="down", **{"from": "2025-01-01", "to": "2025-02-01"})[0] == 404
    assert anna.get("/series", school="A", name="sideways", **{"from": "2025-01-01", "to": "2025-02-01"})[0] == 400
    assert anna.get("/series", school="A")[0] == 400


def words_of(page, words, row, language, kind):
    """A row of the JSON as a file shows it."""
    has_zone = any(column["key"] == "time_zone" for column in page["columns"])
    yes_no = {"ru": {True: "да", False: "нет"}, "en": {True: "yes", False: "no"}}[language]
    for column in page["columns"]:
        value = row[column["key"]]
        if value is None or value == "":
            yield None
        elif column["type"] == "word":
            yield words[column["words"]][value][language]
        elif column["type"] == "boolean":
            yield yes_no[value]
        elif column["type"] == "list":
            yield ", ".join(map(str, value)) or None
        elif column["type"] == "json":
            yield ("json", value)
        elif column["type"] == "time":
            moment = datetime.datetime.fromisoformat(value).astimezone(datetime.timezone.utc).replace(tzinfo=None, microsecond=0)
            yield ("some time",) if has_zone else moment if kind == "xlsx" else str(moment)
        elif column["type"] == "date":
            yield datetime.datetime.fromisoformat(value) if kind == "xlsx" else value
        elif column["type"] == "number":
            yield value if kind == "xlsx" else ("number", value, "," if language == "ru" else ".")
        else:
            yield "'" + value if kind == "csv" and value[0] in "=+-@" else value


def same(wanted, got):
    if isinstance(wanted, tuple) and wanted[0] == "number":
        _, number, point = wanted
        return set(got) <= set("0123456789-e+" + point) and same(number, float(got.replace(point, ".")))
    if isinstance(wanted, tuple):
        return got is not None if wanted[0] == "some time" else json.loads(got) == wanted[1]
    if isinstance(wanted, (int, float)) and not isinstance(wanted, bool):
        return abs(got - wanted) < 1e-9 * max(1, abs(wanted))
    return got == wanted


def exports(people):
    boss = people["boss"]
    words = boss.get("/words")[1]
    for name, _, _ in lists():
        if name == "access_log":
            continue  # it grows by what is asked here
        for language, separator in (("ru", ";"), ("en", ",")):
            page = boss.get("/" + name, limit=1000, lang=language)[1]
            titles = [column[language] for column in page["columns"]]
            text = boss.file(name, format="csv", lang=language)
            assert text.startswith(b"\xef\xbb\xbf"), name
            table = list(csv.reader(io.StringIO(text.decode("utf-8-sig"), newline=""), delimiter=separator))
            assert [title.removesuffix(" (UTC)") for title in table[0]] == titles, (name, table[0])
            sheet = openpyxl.load_workbook(io.BytesIO(boss.file(name, format="xlsx", lang=language)), read_only=True).active
            book = [list(r) + [None] * (len(titles) - len(r)) for r in sheet.iter_rows(values_only=True)]
            assert [title.removesuffix(" (UTC)") for title in book[0]] == titles, (name, book[0])
            assert len(table) - 1 == len(book) - 1 == page["total"], (name, len(table), len(book), page["total"])
            for number, row in enumerate(page["rows"], 1):
                for kind, got in (("csv", [cell or None for cell in table[number]]), ("xlsx", book[number])):
                    for column, wanted, cell in zip(page["columns"], words_of(page, words, row, language, kind), got):
                        assert same(wanted, cell), (name, kind, column["key"], wanted, cell)
    # As filtered and sorted, and written down with filter, rows and digest.
    text = boss.file("devices", format="csv", lang="en", school="A", sort="-serial")
    table = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert [(r["school code"], r["serial number"]) for r in table] == [("A", "SN2"), ("A", "SN1")], table
    entry = boss.rows("access_log", action="export", limit=1)[0]
    assert entry["login"] == "boss" and entry["object"] == \
        f"devices rows=2 sha256={hashlib.sha256(text).hexdigest()} format=csv&lang=en&school=A&sort=-serial", entry
    assert b"=cmd" in text.replace(b"'=cmd", b"") or b"'=cmd" in text, "a formula is guarded"
    boss.refused("devices", format="csv", colour="red")
    boss.refused("devices", error_code="bad_value", format="xlsx", first_seen="soon")
    assert [r for r in csv.reader(io.StringIO(people["anna"].file("devices", format="csv", lang="en").decode("utf-8-sig")))][1:] and \
        b"School B" not in people["anna"].file("devices", format="csv", lang="en")


def actions(people):
    boss, anna, bert, audit, vera = (people[login] for login in ("boss", "anna", "bert", "audit", "vera"))

    def done(person, path, body, status=200, code=None, **more):
        got, answer = person.post(path, body, **more)
        assert got == status and (code is None or answer["error"]["code"] == code), (path, body, got, answer)
        return answer

    # Schools.
    school = {"school": "C", "name": "Школа 3", "municipality": "Town", "settlement": "rural", "provider": "Net", "time_zone": "Asia/Omsk",
              "contract_down_mbps": 100.5, "contract_up_mbps": 50, "pupils": 300}
    assert done(boss, "/schools/put", school)["result"] == "new"
    assert done(boss, "/schools/put", school)["result"] == "same"
    assert done(boss, "/schools/put", {"school": "C", "pupils": 301})["result"] == "changed"
    row = boss.rows("schools", school="C")[0]
    assert (row["name"], row["pupils"], row["contract_down_mbps"], row["settlement"]) == ("Школа 3", 301, 100.5, "rural"), row
    for body, code in (({"school": "no good"}, "bad_code"), ({"school": "C", "settlement": "moon"}, "bad_settlement"),
                       ({"school": "C", "time_zone": "Mars/Base"}, "bad_time_zone"), ({"school": "C", "contract_down_mbps": "fast"}, "bad_rate"),
                       ({"school": "C", "pupils": -1}, "bad_pupils"), ({"school": "C", "vantage": "moon"}, "bad_vantage"), ({}, "malformed"),
                       ({"school": ["C"]}, "malformed")):
        done(boss, "/schools/put", body, 400, code)
    for person in (anna, audit, vera):
        done(person, "/schools/put", school, 403)
    # Bells of a school's own, and then those of all again.
    bells = [{"weekday": 1, "from_minute": 480, "to_minute": 525}, {"weekday": 1, "from_minute": 535, "to_minute": 580}]
    usual = boss.rows("lessons", school="C")
    assert len(usual) == 6 and not any(r["own"] for r in usual), usual
    done(boss, "/schools/lessons", {"school": "C", "lessons": bells})
    assert boss.rows("lessons", school="C") == [{"school": "C", **bell, "own": True} for bell in bells]
    for lessons, code in (([bells[0], bells[0]], "lessons_overlap"), ([{"weekday": 8, "from_minute": 1, "to_minute": 2}], "bad_lessons"),
                          (["x"], "bad_lessons"), ([{}] * 129, "bad_lessons"), ("x", "malformed"), (None, "malformed")):
        done(boss, "/schools/lessons", {"school": "C", "lessons": lessons}, 400, code)
    done(boss, "/schools/lessons", {"school": "nowhere", "lessons": []}, 404, "no_school")
    for person in (anna, audit, vera):
        done(person, "/schools/lessons", {"school": "A", "lessons": bells}, 403)
    done(boss, "/schools/lessons", {"school": "C", "lessons": []})
    assert boss.rows("lessons", school="C") == usual
    # What papers print of the contract.
    done(boss, "/schools/contract", {"school": "C", "contract_number": "12/34", "contract_day": "2025-12-20", "contract_month_rub": 6000.5, "address": "ул. Школьная, 1"})
    done(boss, "/schools/contract", {"school": "C", "contract_number": "12/35"})
    row = boss.rows("schools", school="C")[0]
    assert [row[key] for key in ("contract_number", "contract_day", "contract_month_rub", "address")] == ["12/35", "2025-12-20", 6000.5, "ул. Школьная, 1"], row
    done(boss, "/schools/contract", {"school": "C", "contract_month_rub": 0}, 400, "bad_contract")
    done(boss, "/schools/contract", {"school": "nowhere", "contract_number": "1"}, 404, "no_school")
    for person in (anna, audit, vera):
        done(person, "/schools/contract", {"school": "A", "contract_number": "1"}, 403)
    # Norms: what a person sets stands before the files.
    norm = {"settlement": "rural", "direction": "up", "valid_from": "2024-09-01"}
    there = boss.rows("norms")
    done(boss, "/norms/put", {**norm, "norm_mbps": 75.5, "source": "act"})
    assert boss.rows("norms", own="true") == [{**norm, "norm_mbps": 75.5, "source": "act", "own": True}]
    for change, status, code in (({"norm_mbps": 0}, 400, "bad_norm"), ({"settlement": "moon", "norm_mbps": 1}, 400, "bad_norm"), ({"norm_mbps": "fast"}, 400, "bad_value"),
                                 ({"valid_from": "soon", "norm_mbps": 1}, 400, "bad_value"), ({"valid_from": "2024-09-02"}, 404, "no_norm")):
        done(boss, "/norms/put", {**norm, **change}, status, code)
    for person in (anna, audit, vera):
        done(person, "/norms/put", {**norm, "norm_mbps": 1}, 403)
    done(boss, "/norms/put", norm)
    assert boss.rows("norms") == there
    rows = "code;name;pupils\r\nD1;\"Школа \"\"Луч\"\"\";10\r\nC;;302\r\n".encode()
    assert done(boss, "/schools/import", rows, kind="text/csv") == {"new": 1, "changed": 1, "same": 0}
    names = ["Школа 2", "Школа 10", "ёлка", "Ёлка 3", "жук", "елка"]
    done(boss, "/schools/import", ("code,name,municipality\n" + "".join(f"N{i},{name},Nature\n" for i, name in enumerate(names))).encode(), kind="text/csv")
    natural = [r["name"] for r in boss.rows("schools", municipality="Nature", sort="name")]
    assert natural == ["елка", "ёлка", "Ёлка 3", "жук", "Школа 2", "Школа 10"], natural
    bad = done(boss, "/schools/import", b"code,pupils\nD2,5\nD3,many\n", 400, "bad_line", kind="text/csv")
    assert bad["error"]["message"].startswith("line 3: "), bad
    assert not boss.rows("schools", school="D2"), "a file is taken whole or not at all"
    assert "nothing was imported" in done(boss, "/schools/import", b"name\nx\n", 400, "bad_line", kind="text/csv")["error"]["message"]
    assert boss.post("/schools/import", b"x" * (1024 * 1024 + 1), "text/csv")[0] == 413

    # Tokens.
    token = done(anna, "/tokens/make", {"school": "A"})
    assert token["command"].endswith("--token " + token["token"]) and "https://localhost:8444" in token["command"], token
    assert datetime.datetime.fromisoformat(token["ends_at"]) > datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=71)
    done(anna, "/tokens/make", {"school": "B"}, 404, "no_school")
    done(vera, "/tokens/make", {"school": "A"}, 403)
    with open(people["dir"] + "/token", "w", encoding="ascii") as file:
        file.write(token["token"])

    # Corrections: everywhere, seen by who may see, taken back.
    device = anna.rows("devices", serial="SN1")[0]
    done(bert, "/devices/correct", {"device_id": device["device_id"], "class": "nas"}, 404, "no_device")
    done(audit, "/devices/correct", {"device_id": device["device_id"], "class": "nas"}, 403)
    done(anna, "/devices/correct", {"device_id": device["device_id"], "class": "wheel"}, 400, "no_class")
    done(anna, "/devices/correct", {"device_id": "7", "class": "nas"}, 400)
    done(anna, "/devices/correct", {"device_id": device["device_id"]}, 400, "malformed")
    done(anna, "/devices/correct", {"device_id": device["device_id"], "room": "x" * 300}, 400, "malformed")
    done(anna, "/devices/correct", {"device_id": device["device_id"], "class": "nas", "room": "каб. 12", "inventory_number": "=1+1"})
    seen = boss.rows("devices", device_id=device["device_id"])[0]
    assert (seen["class"], seen["room"], seen["inventory_number"], seen["corrected"], seen["class_rule"]) == \
        ("nas", "каб. 12", "=1+1", True, "person"), seen
    assert boss.rows("equipment", school="A", **{"class": "nas"})[0]["count"] == 1
    assert boss.rows("class_corrections")[0]["by"] == "anna"
    candidate = boss.rows("rule_candidates")[0]
    assert (candidate["class"], candidate["devices"], candidate["schools"]) == ("nas", 1, 1), candidate
    assert boss.rows("device_history", device_id=device["device_id"], action="correction")[0]["by"] == "anna"
    done(anna, "/devices/correct", {"device_id": device["device_id"], "class": None})
    assert boss.rows("devices", device_id=device["device_id"])[0]["class"] == device["class"]

    # Agents.
    agent = boss.rows("agents", school="B")[0]
    done(anna, "/agents/revoke", {"agent_id": agent["agent_id"]}, 403)
    done(boss, "/agents/revoke", {"agent_id": "00000000-0000-0000-0000-0000000000ff"}, 404, "no_agent")
    done(boss, "/agents/revoke", {"agent_id": agent["agent_id"], "reason": "stolen"})
    done(boss, "/agents/revoke", {"agent_id": agent["agent_id"]}, 409, "is_revoked")
    assert boss.rows("agents", agent_id=agent["agent_id"])[0]["state"] == "revoked"

    # Examinations.
    day = {"first_day": "2099-05-28", "last_day": "2099-05-29", "from": "09:00", "to": "14:00", "name": "ЕГЭ"}
    done(anna, "/exams/add", {"schools": ["A"], **day}, 403)
    done(boss, "/exams/add", {"schools": ["A"], **day})
    done(boss, "/exams/add", {"schools": ["A", "Z"], **day}, 404, "no_school")
    done(boss, "/exams/add", {"schools": "A", **day}, 400, "bad_exam")
    done(boss, "/exams/add", {"schools": ["A"], **day, "to": "08:00"}, 400, "bad_exam")
    done(boss, "/exams/add", {"schools": ["A"], **day, "from": "soon"}, 400)
    exams = anna.rows("exams", sort="from_at", name="ЕГЭ")
    assert [(e["school"], e["name"], e["state"], e["by"]) for e in exams] == [("A", "ЕГЭ", "coming", "boss")] * 2, exams
    assert [e["verdict"] for e in anna.rows("exam_results", school="A", name="ЕГЭ")] == [None, None]
    done(anna, "/exams/remove", {"exam_id": exams[0]["exam_id"]}, 403)
    done(boss, "/exams/remove", {"exam_id": exams[0]["exam_id"]})
    done(boss, "/exams/remove", {"exam_id": exams[0]["exam_id"]}, 404, "no_exam")
    assert len(anna.rows("exams", name="ЕГЭ")) == 1

    # Silences and maintenance.
    soon = {"from": "2020-01-01T00:00:00Z", "to": "2099-01-01T00:00:00+05:00", "comment": "каникулы"}
    done(anna, "/silences/add", {"school": "A", **soon})
    done(anna, "/silences/add", {"school": "B", **soon}, 404, "no_school")
    done(anna, "/silences/add", soon, 404, "no_school")
    done(anna, "/silences/add", {"school": "A", "kind": "moon", **soon}, 400, "no_kind")
    done(anna, "/silences/add", {"school": "A", "from": "2021-01-01", "to": "2020-01-01"}, 400, "no_time")
    done(anna, "/silences/add", {"school": "A", "from": "soon", "to": "later"}, 400)
    silence = anna.rows("silences", by="anna")[0]
    done(bert, "/silences/end", {"silence_id": silence["silence_id"]}, 404, "no_silence")
    done(anna, "/silences/end", {"silence_id": silence["silence_id"]})
    done(boss, "/maintenance/add", {"school": "A", **soon})
    done(anna, "/maintenance/add", {"school": "A", **soon}, 403)
    assert any(r["is_maintenance"] and r["by"] == "boss" for r in boss.rows("silences"))
    alert = next((r for r in boss.rows("alerts", state="firing", school="A")), None)
    assert alert, "the fixture has an alert"
    done(bert, "/alerts/ack", {"alert_id": alert["alert_id"]}, 404, "no_alert")
    done(vera, "/alerts/ack", {"alert_id": alert["alert_id"]}, 403)
    done(anna, "/alerts/ack", {"alert_id": alert["alert_id"], "comment": "едем"})
    done(anna, "/alerts/ack", {"alert_id": alert["alert_id"]}, 409, "acked")
    assert boss.rows("alerts", alert_id=alert["alert_id"])[0]["acked_by"] == "anna"
    done(anna, "/alerts/ack", {"alert_id": "x"}, 400)

    # Each stands in the access log with its outcome.
    log = {(r["login"], r["action"], r["object"], r["outcome"]) for r in boss.rows("access_log", limit=1000)}
    for entry in (("boss", "schools/put", "C", "done"), ("boss", "schools/lessons", "C", "done"), ("boss", "schools/lessons", "C", "failed"), ("boss", "norms/put", "rural", "done"), ("anna", "schools/put", "", "refused"), ("anna", "tokens/make", "A", "done"),
                  ("anna", "devices/correct", device["device_id"], "done"), ("bert", "devices/correct", device["device_id"], "failed"),
                  ("boss", "agents/revoke", agent["agent_id"], "done"), ("anna", "alerts/ack", str(alert["alert_id"]), "done")):
        assert entry in log, (entry, log)


def live(people):
    """A change shows at once to who looks, and the stream ends with the session's wire."""
    anna, boss = people["anna"], people["boss"]
    wire = http.client.HTTPSConnection("localhost", 8444, context=anna.context, timeout=30)
    wire.request("GET", ROOT + "/live", headers={"Cookie": anna.cookie})
    stream = wire.getresponse()
    assert stream.status == 200 and stream.headers["Content-Type"] == "text/event-stream", stream.status
    heard = set()

    def hear(wanted):
        while not wanted <= heard:
            line = stream.readline().decode()
            assert line, "the stream ended"
            if line.startswith("data: "):
                heard.update(json.loads(line[6:])["lists"])

    assert stream.readline() == b"retry: 5000\n"
    # The first look is what later ones are compared with: changes go on until one is heard.
    stop = threading.Event()

    def change():
        number = 0
        while not stop.wait(0.3):
            number += 1
            device = boss.rows("devices", serial="SN1", school="A")[0]
            boss.post("/devices/correct", {"device_id": device["device_id"], "room": str(number)})
    thread = threading.Thread(target=change)
    thread.start()
    try:
        hear({"devices", "equipment"})
    finally:
        stop.set()
        thread.join()
    assert Person().ask("GET", "/live")[0] == 401
    # Who is told of what, and by which server, is no school's business.
    assert [people[who].get("/messages")[0] for who in ("boss", "audit", "anna", "vera")] == [200, 200, 403, 403]

    # Nobody takes all the places.
    bert, looks = people["bert"], []
    for _ in range(40):
        looks.append(http.client.HTTPSConnection("localhost", 8444, context=bert.context, timeout=30))
        looks[-1].request("GET", ROOT + "/live", headers={"Cookie": bert.cookie})
    got = [look.getresponse().status for look in looks]
    assert (got.count(200), got.count(503)) == (32, 8), got
    wire = http.client.HTTPSConnection("localhost", 8444, context=boss.context, timeout=30)
    wire.request("GET", ROOT + "/live", headers={"Cookie": boss.cookie})
    assert wire.getresponse().status == 200


STORIES = {"openapi": openapi, "lists": lists_story, "exports": exports, "actions": actions, "live": live}

if __name__ == "__main__":
    everybody = {"dir": sys.argv[2]}
    for word in sys.argv[3:]:
        name, secret = word.split("=", 1)
        everybody[name] = Person(name, secret)
    vera = everybody["vera"]
    vera.post("/me/language", {"language": "ru"})
    STORIES[sys.argv[1]](everybody)
