# MotCua: the front door. `make help` names every target; longer work is in scripts/.
#
# Everything is compiled once, in release: the tests use the same objects as the program, and the program
# itself is linked with Swift's static libraries (Package.swift), so that it starts in a few milliseconds.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

PREFIX ?= /usr/local
DESTDIR ?=
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
# A regular expression: which figures (bench) or which tests (test) to run.
ONLY ?=
# How long the random runs of `make soak` last, in minutes.
MINUTES ?= 30

# The database's client library: static, for a quick start, or the system's (with Kerberos and LDAP).
LIBPQ ?= static
ifeq ($(LIBPQ),static)
export PKG_CONFIG_PATH := $(CURDIR)/.build/libpq:$(PKG_CONFIG_PATH)
endif

SWIFT_BUILD = swift build -c release -j $(JOBS)
export ONLY MINUTES JOBS PREFIX DESTDIR

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

.PHONY: setup
setup: ## install the Debian packages that are missing (nothing to do: takes no time)
	@scripts/setup.sh
ifeq ($(LIBPQ),static)
	@scripts/static-libpq.sh
endif

.PHONY: build
build: setup ## compile the programs: .build/release/motcua and motcuad
	$(SWIFT_BUILD) --product motcua
	$(SWIFT_BUILD) --product motcuad

.PHONY: test
test: setup ## compile and run the tests on a database of their own (ONLY=pattern for some)
	@scripts/test.sh

.PHONY: soak
soak: setup ## the random tests for a long time (MINUTES=30)
	@MOTCUA_SOAK="$(MINUTES)" scripts/test.sh

.PHONY: lint
lint: setup ## formatting, shell scripts, and a build without warnings
	@scripts/lint.sh

.PHONY: demo
demo: build ## play a working day on the private database and tell it as a story
	@.build/release/motcua demo

.PHONY: bench
bench: setup ## print the figures of speed on a database of their own (ONLY=pattern for some)
	@scripts/bench.sh

.PHONY: docs-test
docs-test: build ## run the commands that README.md and docs/ show
	@scripts/docs-test.sh

.PHONY: db-shell
db-shell: build ## psql on the private database, as its owner
	@scripts/db-shell.sh

.PHONY: man
man: build ## write the man pages, in English and Vietnamese: .build/man
	@for name in motcua motcuad; do python3 scripts/man.py .build/release/$$name .build/man || exit; done

.PHONY: install
install: ## install the programs, completions, man pages and unit below DESTDIR PREFIX (/usr/local)
	@scripts/install.sh install

.PHONY: uninstall
uninstall: ## remove what install has put there
	@scripts/install.sh uninstall

.PHONY: clean
clean: ## remove what was built; the data stay
	rm -rf .build
