# parta: network inventory and connectivity monitoring for schools
#
#   make              build both programs into build/release
#   make demo         install what is missing, run a virtual school against a collector (root; ONCE=1 ends by itself)
#   make check        every test: unit, SQL, golden, fuzz corpora, system (root)
#   make unit         unit tests under the address and undefined-behaviour sanitizers
#   make screenshots  the pictures of the page in docs/screenshots, anew (root)
#   make lint         layers, purity, banned functions, format, static analysis, manuals
#   make fuzz         fuzz every decoder and codec, FUZZ_SECONDS=60 each
#   make soak         kill everything at random under load and count, KILLS=200 times (root)
#   make bench        speed and memory of scan, captures and ingest; beside them what "deploy/dependencies.sh bench" installs
#   make bench-speed  throughput tests over emulated lines beside those of other programs, FAST=1 for a few of them (root)
#   make bench-recognition  what a scan recognises of recorded devices with a known truth, where they are at hand (root)
#   make bench-measure  what the measuring endpoint takes of a processor at a gigabit (root)
#   make bench-page   the page with a thousand made-up schools: its questions, and its screens in a browser (root)
#   make asan         build both programs with sanitizers into build/asan
#   make deps         install the Debian packages that building and testing need (root)
#   make install      DESTDIR= PREFIX=/usr
#   make clean        remove build/
#   make help         this text
#
# V=1 shows each command.

VERSION := 0.1.0
PREFIX  ?= /usr
DESTDIR ?=
MODE    ?= release
CC      := gcc
O       := build/$(MODE)
Q       := $(if $(V),,@)
GEN     := build/gen

WARN := -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow \
	-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
	-Wpointer-arith -Wcast-qual -Wcast-align -Wwrite-strings -Wundef -Wvla \
	-Wformat=2 -Wimplicit-fallthrough -Wswitch-enum -Wnull-dereference
GCCONLY := -Wduplicated-cond -Wlogical-op -Wjump-misses-init -ftrivial-auto-var-init=zero
WERROR  ?= -Werror

FLAGS.release := -O2 -g -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection -fcf-protection
LINK.release  := -pie -Wl,-z,relro,-z,now,-z,noexecstack
FLAGS.asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LINK.asan     := -fsanitize=address,undefined
FLAGS.tsan    := -O1 -g -fsanitize=thread -fno-omit-frame-pointer
LINK.tsan     := -fsanitize=thread
FLAGS.fuzz    := $(FLAGS.asan) -fsanitize=fuzzer-no-link
LINK.fuzz     := $(LINK.asan) -fsanitize=fuzzer

PKGS := libevent_core libcurl libcares libzstd libprotobuf-c libseccomp libcap inih jansson expat \
	libcrypto libssl expat libpcap netsnmp libpq libmicrohttpd gnutls xlsxwriter libargon2
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null | sed 's/-I/-isystem /g')

CPPFLAGS := -D_GNU_SOURCE -I. -I$(GEN) $(PKG_CFLAGS) -DPARTA_VERSION='"$(VERSION)"' \
	-DPARTA_PREFIX='"$(PREFIX)"' -DPARTA_DATADIR='"$(PREFIX)/share/parta"'
CFLAGS   := -std=c17 -fPIE $(WARN) $(WERROR) $(if $(findstring gcc,$(CC)),$(GCCONLY)) $(FLAGS.$(MODE))
LDFLAGS  := $(LINK.$(MODE))

LIBS.common    := $(shell pkg-config --libs libevent_core libcurl libcares libssl libcrypto libzstd libprotobuf-c libseccomp libcap inih jansson 2>/dev/null) -lm
LIBS.agent     := $(shell pkg-config --libs libpcap netsnmp expat libssl libcrypto 2>/dev/null) -lwslay
LIBS.collector := $(shell pkg-config --libs libpq libmicrohttpd gnutls xlsxwriter libargon2 expat 2>/dev/null)

# ---------------------------------------------------------------- sources

PROTOS    := $(wildcard proto/parta/v1/*.proto)
PB_C      := $(PROTOS:proto/%.proto=$(GEN)/%.pb-c.c)
PB_H      := $(PB_C:.c=.h)
COMMON    := $(wildcard common/*.c common/*/*.c)
AGENT     := $(filter-out agent/main.c,$(wildcard agent/*.c agent/*/*.c))
COLLECTOR := $(filter-out collector/main.c,$(wildcard collector/*.c collector/*/*.c))
HEADERS   := $(wildcard common/*.h common/*/*.h agent/*.h agent/*/*.h collector/*.h collector/*/*.h)

VENDORS   := $(GEN)/vendor_table.c
PRODUCTS  := $(GEN)/product_table.c
OBJ.common    := $(COMMON:%.c=$(O)/%.o) $(PB_C:$(GEN)/%.c=$(O)/gen/%.o) $(VENDORS:$(GEN)/%.c=$(O)/gen/%.o) \
	$(PRODUCTS:$(GEN)/%.c=$(O)/gen/%.o)
OBJ.agent     := $(AGENT:%.c=$(O)/%.o)
OBJ.collector := $(COLLECTOR:%.c=$(O)/%.o)

all: $(O)/parta-agent $(O)/parta-collector

help:
	@sed -n '/^#   /s/^#   //p' Makefile

$(O)/parta-agent: $(O)/agent/main.o $(O)/libagent.a $(O)/libcommon.a
	@echo "  LD $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS.agent) $(LIBS.common)

$(O)/parta-collector: $(O)/collector/main.o $(O)/libcollector.a $(O)/libcommon.a
	@echo "  LD $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS.collector) $(LIBS.common)

$(O)/libcommon.a: $(OBJ.common)
$(O)/libagent.a: $(OBJ.agent)
$(O)/libcollector.a: $(OBJ.collector)
$(O)/lib%.a:
	@rm -f $@
	$(Q)ar rcs $@ $^

# ---------------------------------------------------------------- compiling

$(GEN)/%.pb-c.c $(GEN)/%.pb-c.h: proto/%.proto
	@mkdir -p $(@D)
	$(Q)protoc-c -I proto --c_out=$(GEN) $<

# Makers by MAC prefix (Debian's ieee-data) and by enterprise number (libwireshark-data).
VENDOR_DATA := $(addprefix /usr/share/ieee-data/,oui.csv mam.csv oui36.csv) /usr/share/wireshark/enterprises.tsv
$(VENDORS): common/classify/vendor_table.awk $(VENDOR_DATA)
	@mkdir -p $(@D)
	LC_ALL=C awk -f $< $(VENDOR_DATA) >$@.part && mv $@.part $@

# Products by sysObjectID.
$(PRODUCTS): common/classify/product_table.awk common/classify/product.txt
	@mkdir -p $(@D)
	LC_ALL=C awk -f $< common/classify/product.txt >$@.part && mv $@.part $@

# Generated code is not ours to warn about.
$(O)/gen/%.o: $(GEN)/%.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(filter-out $(WARN) $(GCCONLY) $(WERROR),$(CFLAGS)) -w -MMD -MP -c -o $@ $<

# The __INIT macros of protobuf-c cast a string literal.
$(O)/agent/uplink/%.o $(O)/common/wire/%.o $(O)/collector/ingest/%.o $(O)/collector/store/%.o $(O)/tests/%.o: CFLAGS += -Wno-cast-qual

$(O)/%.o: %.c | $(PB_H)
	@mkdir -p $(@D)
	@echo "  CC $<"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

asan:
	$(MAKE) MODE=asan all

deps:
	deploy/dependencies.sh

# ---------------------------------------------------------------- tests

UNITS := $(patsubst tests/unit/%.c,$(O)/tests/unit/%,$(wildcard tests/unit/*/test_*.c))

define UNIT_RULE
$(O)/tests/unit/$(1)/%: $(O)/tests/unit/$(1)/%.o $(2) $(O)/libcommon.a
	$$(Q)$$(CC) $$(LDFLAGS) -o $$@ $$^ $(3) $$(LIBS.common) -lcmocka
endef
$(eval $(call UNIT_RULE,common,,))
$(eval $(call UNIT_RULE,agent,$(O)/libagent.a,$(LIBS.agent)))
$(eval $(call UNIT_RULE,collector,$(O)/libcollector.a,$(LIBS.collector)))

# Runs over the model of an emulated line.
$(O)/tests/unit/common/test_speed_runs: $(O)/tests/link/link.o

# The C ends of system tests.
$(O)/tests/system/%: $(O)/tests/system/%.o $(O)/libcommon.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS.common)

$(O)/tests/system/stream_server: $(O)/tests/system/stream_server.o $(O)/libcollector.a $(O)/libcommon.a
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS.collector) $(LIBS.common)

$(O)/tests/system/sensor_tool: $(O)/tests/system/sensor_tool.o $(O)/libagent.a $(O)/libcommon.a
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS.agent) $(LIBS.common)

# tests/fuzz/fuzz_NAME.c is one harness, with its seeds in tests/fuzz/corpus/NAME. Under MODE=fuzz CC=clang
# it is linked with libFuzzer, else with a main() that replays the files it is given.
# fuzz_decode.c is built once for each row of DECODERS, as fuzz_<decoder>, fuzz_ask.c for each of ASKERS, as fuzz_ask_<asker>.
DECODERS := $(shell sed -n 's/^[ \t]*X(\([a-z0-9]*\)).*/\1/p' agent/decode/decode.h)
ASKERS := $(shell sed -n 's/^[ \t]*X(\([a-z0-9]*\)).*/\1/p' agent/ask/ask.h)
FUZZERS := $(filter-out %/fuzz_decode %/fuzz_ask,$(patsubst tests/fuzz/%.c,$(O)/tests/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))) \
	$(DECODERS:%=$(O)/tests/fuzz/fuzz_%) $(ASKERS:%=$(O)/tests/fuzz/fuzz_ask_%)
FUZZ_SECONDS ?= 60

$(O)/tests/fuzz/fuzz_%: $(O)/tests/fuzz/fuzz_%.o $(if $(filter-out fuzz,$(MODE)),$(O)/tests/fuzz/replay.o) \
		$(O)/libagent.a $(O)/libcollector.a $(O)/libcommon.a
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS.agent) $(LIBS.collector) $(LIBS.common)

$(DECODERS:%=$(O)/tests/fuzz/fuzz_%.o): $(O)/tests/fuzz/fuzz_%.o: tests/fuzz/fuzz_decode.c | $(PB_H)
	@mkdir -p $(@D)
	@echo "  CC $< ($*)"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -DDECODER=decoder_$* -MMD -MP -c -o $@ $<

$(ASKERS:%=$(O)/tests/fuzz/fuzz_ask_%.o): $(O)/tests/fuzz/fuzz_ask_%.o: tests/fuzz/fuzz_ask.c | $(PB_H)
	@mkdir -p $(@D)
	@echo "  CC $< ($*)"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -DASKER=asker_$* -MMD -MP -c -o $@ $<

fuzzers: $(FUZZERS)
fuzz:
	$(MAKE) MODE=fuzz CC=clang fuzzers
	tests/fuzz/run.sh build/fuzz/tests/fuzz $(FUZZ_SECONDS)
corpora:
	$(MAKE) MODE=asan fuzzers
	tests/fuzz/run.sh build/asan/tests/fuzz

# Captures and the sightings they must give, under the sanitizers.
golden:
	$(MAKE) MODE=asan build/asan/tests/system/sensor_tool
	tests/run-golden.sh build/asan/tests/system/sensor_tool
.PHONY: golden

units: $(UNITS)
unit:
	$(MAKE) MODE=asan units
	tests/run-units.sh build/asan/tests/unit

# Installing first: what pkg-config knows is read when make starts, so the tests are a second make. What they run is built
# before them, by all processors; the stories in namespaces come last and order themselves.
JOBS ?= $(shell nproc)
check:
	deploy/dependencies.sh
	$(MAKE) -j$(JOBS) all rig
	$(MAKE) -j$(JOBS) MODE=asan units fuzzers build/asan/tests/system/sensor_tool
	$(MAKE) -j$(JOBS) -Oline LINT_FAST=1 lint unit corpora golden sql
	$(MAKE) system

sql: all
	tests/run-sql.sh

# docs/screenshots anew, from demonstration data in a real browser (root).
screenshots: all
	tests/page/screenshots.sh
.PHONY: screenshots

# KILLS=200 SEED=7: kills and cuts of everything under load, then SQL counts what was acknowledged (root).
KILLS ?= 200
SEED ?= 7
soak: all $(O)/tests/soak/load_soak
	KILLS=$(KILLS) SEED=$(SEED) tests/soak/soak.sh
.PHONY: soak

system: all rig
	tests/run-system.sh

# LINT_FAST=1 leaves clang-tidy out, which takes longer than all the other checks together.
lint: all
	LINT_FAST=$(LINT_FAST) tests/lint/lint.sh

print-cppflags:
	@echo '$(subst ','\'',$(CPPFLAGS))'

# ---------------------------------------------------------------- the rig: what tests stand on

SCHOOL := $(wildcard tests/school/*.c)
LINK   := $(wildcard tests/link/*.c)

rig: $(O)/tests/parta-school $(O)/tests/parta-link $(O)/tests/parta-agent-clock $(O)/tests/soak/load_soak \
	$(O)/tests/identity/play

$(O)/tests/parta-school: $(SCHOOL:%.c=$(O)/%.o) $(O)/libcommon.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS.common) $(shell pkg-config --libs libcrypto)

$(O)/tests/parta-link: $(LINK:%.c=$(O)/%.o) $(O)/libcommon.a
	$(CC) $(LDFLAGS) -pthread -o $@ $^ $(LIBS.common)

# The agent by a clock of the test's.
$(O)/tests/parta-agent-clock: $(O)/agent/main.o $(O)/tests/lib/fake_clock.o $(O)/libagent.a $(O)/libcommon.a
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS.agent) $(LIBS.common)

# Installing first: what pkg-config knows is read when make starts, so the building is a second make.
demo:
	tests/demo.sh

.PHONY: rig demo

# ---------------------------------------------------------------- benches

# Ingest with everything on this machine (root): rate, latency, CPU a report, handshakes, memory, and Zabbix's.
bench: bench-scan bench-pcap bench-ingest bench-identity

bench-scan: $(O)/parta-agent rig
	tests/bench/scan.sh

bench-recognition: $(O)/parta-agent $(O)/tests/bench/classify_dumps rig
	tests/bench/recognition.sh

bench-pcap: all
	tests/bench/pcap.sh

bench-ingest: $(O)/parta-collector $(O)/tests/bench/load_ingest $(O)/tests/bench/load_zabbix
	tests/bench/ingest.sh

# What the measuring endpoint takes of a processor at a gigabit (root).
bench-measure: all
	tests/bench/measure.sh

# The page's questions and screens with a year of a thousand made-up schools.
bench-page: all
	tests/bench/query.sh
	tests/bench/page.sh

# Throughput tests over emulated lines, and others' programs beside them; FAST=1: four lines (root).
bench-speed: all rig
	tests/bench/speed.sh

.PHONY: bench-measure bench-speed bench bench-scan bench-pcap bench-recognition bench-ingest bench-page

$(O)/tests/bench/load_zabbix: $(O)/tests/bench/load_zabbix.o $(O)/libcommon.a
	$(Q)$(CC) $(LDFLAGS) -pthread -o $@ $^ $(LIBS.common)

$(O)/tests/bench/load_ingest: $(O)/tests/bench/load_ingest.o $(O)/tests/bench/load_agent.o $(O)/libcommon.a
	$(Q)$(CC) $(LDFLAGS) -pthread -o $@ $^ $(LIBS.common) $(shell pkg-config --libs openssl)

# Stories of devices through the agent's inventory and the collector's store.
$(O)/tests/identity/play: $(O)/tests/identity/play.o $(O)/libagent.a $(O)/libcollector.a $(O)/libcommon.a
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS.agent) $(LIBS.collector) $(LIBS.common)

$(O)/tests/soak/load_soak: $(O)/tests/soak/load_soak.o $(O)/tests/bench/load_agent.o $(O)/libcommon.a
	$(Q)$(CC) $(LDFLAGS) -pthread -o $@ $^ $(LIBS.common) $(shell pkg-config --libs openssl)

$(O)/tests/bench/%: $(O)/tests/bench/%.o $(O)/libagent.a $(O)/libcommon.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS.agent) $(LIBS.common)

# ---------------------------------------------------------------- installing

# Both programs' files, as far as they are there. A configuration that a person has changed stays.
D := $(DESTDIR)$(PREFIX)
CONF := $(DESTDIR)/etc/parta

install: all
	install -d $(D)/sbin $(D)/lib/systemd/system $(D)/lib/sysusers.d $(D)/lib/sysctl.d $(CONF) $(D)/share/parta/host \
		$(D)/share/man/man5 $(D)/share/man/man8 $(D)/share/bash-completion/completions
	install -m 755 $(O)/parta-agent $(O)/parta-collector $(D)/sbin
	for unit in deploy/*.service; do \
		sed 's|/usr/sbin/|$(PREFIX)/sbin/|' $$unit >$(D)/lib/systemd/system/$${unit##*/} || exit 1; done
	install -m 644 deploy/sysusers.conf $(D)/lib/sysusers.d/parta.conf
	install -m 644 deploy/sysctl.conf $(D)/lib/sysctl.d/60-parta-agent.conf
	for conf in deploy/parta-*.conf; do \
		[ -e $(CONF)/$${conf##*/} ] || install -m 644 $$conf $(CONF) || exit 1; done
	install -m 644 $(wildcard common/classify/*.csv) $(D)/share/parta
	install -m 755 deploy/host/* $(D)/share/parta/host
	rm -rf $(D)/share/parta/sql
	cp -R sql $(D)/share/parta/sql
	rm -rf $(D)/share/parta/www
	cp -R collector/page/www $(D)/share/parta/www
	install -m 644 docs/openapi.json $(D)/share/parta
	install -m 644 docs/man/*.5 $(D)/share/man/man5
	install -m 644 docs/man/*.8 $(D)/share/man/man8
	for program in parta-agent parta-collector; do \
		install -m 644 deploy/parta.bash-completion $(D)/share/bash-completion/completions/$$program || exit 1; done

# What is printed from the option tables.
printed: all
	for program in agent collector; do \
		$(O)/parta-$$program --print-config >deploy/parta-$$program.conf && \
		tests/lint/manual-options.sh $(O)/parta-$$program docs/man/parta-$$program.conf.5 --write || exit 1; done

.PHONY: install printed

clean:
	rm -rf build

.PHONY: all help asan deps units unit fuzzers fuzz corpora check sql system lint print-cppflags clean
.SECONDARY:
-include $(shell find $(O) -name '*.d' 2>/dev/null)
