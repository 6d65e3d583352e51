#!/usr/bin/env python3
"""The page's words: every key that the sources name is in each language's file, every key there is used, the places to fill in
({n}) are the same in all, and plural forms are those of the language. Vendored files are those of their SHA256SUMS."""
import hashlib
import json
import pathlib
import re
import sys

WWW = pathlib.Path("collector/page/www")
FORMS = {"ru": {"one", "few", "many", "other"}, "en": {"one", "other"}}
KEY = re.compile(r'"([a-z_]+(?:\.[a-z0-9_]+)+)"')  # a literal that looks like a key
CALL = re.compile(r'\bt\(\s*"([^"]+)"')
failures = []


def fail(text):
    failures.append(text)


def holes(value):
    texts = value.values() if isinstance(value, dict) else [value]
    return {frozenset(re.findall(r"\{(\w+)\}", text)) for text in texts}


sources = [path for path in sorted(WWW.rglob("*.js")) if "vendor" not in path.parts]
languages = {path.stem: json.loads(path.read_text()) for path in sorted((WWW / "i18n").glob("*.json"))}
if set(languages) != set(FORMS) or not sources:
    fail(f"languages are {sorted(languages)}, sources {len(sources)}")
known = set().union(*languages.values())
rooms = {key.split(".")[0] for key in known if "." in key}

named = {}
for path in sources:
    text = path.read_text()
    for key in CALL.findall(text) + [key for key in KEY.findall(text) if key.split(".")[0] in rooms]:
        named.setdefault(key, path)

for language, words in languages.items():
    for key in sorted(set(named) - set(words)):
        fail(f"{language}.json lacks {key}, which {named[key]} uses")
    for key in sorted(set(words) - set(named)):
        fail(f"{language}.json has {key}, which nothing uses")
    for key, value in words.items():
        if isinstance(value, dict) and set(value) != FORMS[language]:
            fail(f"{language}.json: {key} has the forms {sorted(value)}")
        if len(holes(value)) != 1 or not all(value.values() if isinstance(value, dict) else [value]):
            fail(f"{language}.json: {key} is empty or its forms differ in what is filled in")
for key in sorted(known):
    found = {frozenset(holes(words[key])) for words in languages.values() if key in words}
    if len(found) > 1:
        fail(f"{key} fills in other things in each language")

for sums in WWW.rglob("SHA256SUMS"):
    for line in sums.read_text().splitlines():
        if line.startswith("#"):
            continue
        digest, name = line.split()
        if hashlib.sha256((sums.parent / name).read_bytes()).hexdigest() != digest:
            fail(f"{sums.parent / name} is not what {sums} says")

for text in failures:
    print(text)
sys.exit(bool(failures))
