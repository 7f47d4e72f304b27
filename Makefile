# Everything runs in environments that make creates itself from Python 3.11 and the committed pins.
PYTHON ?= python3
UV_VERSION := 0.13.9
UV := .uv/bin/uv
PINS := infra/python
# Versions and hashes, and no addresses: whoever installs from a mirror gets the same files.
COMPILE := $(UV) pip compile --system-certs --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate pyproject.toml
RUN := .venv/bin/python -m
# Thousands of processes read this code; where nobody may keep it compiled, each of them compiles it again.
TESTS := PYTHONDONTWRITEBYTECODE= $(RUN) pytest -q
# Of `make console-walk`: WALK=--kafka for Kafka with PostgreSQL, --ways-only for the ways by clicks alone.
WALK ?=
# A worker more than two cores have: a third of the time is spent waiting for brokers and processes.
WORKERS := -n 3 --dist worksteal
HOME_DIR := demo-home
KAFKA := infra/kafka/kafka.sh
BROKER := 127.0.0.1:9092

.PHONY: help pins demo demo-kafka seeds test test-slow test-long test-wheel crash voice-crash serve-crash voice-year console-walk lint types format bench bench-kafka patrol-load kafka-up kafka-down clean
.DEFAULT_GOAL := help

help: ## Show what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

$(UV):
	$(PYTHON) -m venv .uv
	.uv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.synced: $(UV) pyproject.toml $(PINS)/requirements-dev.txt
	test -x .venv/bin/python || $(UV) venv --quiet --python $(PYTHON) .venv
	$(UV) pip sync --system-certs --quiet --compile-bytecode --python .venv --require-hashes $(PINS)/requirements-dev.txt
	$(UV) pip install --system-certs --quiet --python .venv --no-deps --editable .
	@touch $@

pins: $(UV) ## Write the pins again after pyproject.toml changed; what need not move stays
	$(COMPILE) --output-file $(PINS)/requirements.txt
	$(COMPILE) --group dev --constraints $(PINS)/requirements.txt --output-file $(PINS)/requirements-dev.txt

demo: .venv/.synced ## Run the whole pipeline on committed facts of 128 accounts under invented names
	.venv/bin/python -m pipeline.demo $(HOME_DIR)

seeds: .venv/.synced ## Write the bulletins of three simulated cities, the assessment of a simulated year, and their figures into build/seeds
	.venv/bin/python -m pipeline.simulate.seeds build/seeds

demo-kafka: .venv/.synced kafka-up ## Run the same on Kafka: two workers, a sink and a notifier on this machine
	.venv/bin/python -m pipeline.demo demo-home-kafka $(BROKER)

kafka-up: ## Start a Kafka node for development on 127.0.0.1:9092 (Java 17 and Maven)
	bash $(KAFKA) start

kafka-down: ## Stop it
	bash $(KAFKA) stop

# In a fresh clone each worker would rewrite the assertions of all tests, which takes twice as long as everything else of collecting.
.venv/.rewritten: .venv/.synced
	$(TESTS) --collect-only tests/pipeline >/dev/null & $(TESTS) --collect-only --ignore tests/pipeline >/dev/null; wait
	@touch $@

test: .venv/.rewritten ## Run all tests but those that take seconds each: do it before every commit
	$(TESTS) $(WORKERS) -m "not slow and not long" --durations=40

test-slow: .venv/.rewritten ## Run those that take seconds each: kills, brokers, browsers, whole cities; CI runs both
	$(TESTS) $(WORKERS) -m "slow and not long" --durations=40

test-long: .venv/.synced ## Run what takes hours: thousands of examples of every law, a million fuzzed inputs, fifty races
	XUNCHA_FUZZ=500000 XUNCHA_DIGEST_EVENTS=200000 $(TESTS) $(WORKERS) -m long --durations=40

test-wheel: .venv/.synced ## Build the wheel and run the tests against it, in an environment of its own
	sh tests/wheel.sh $(UV) $(PYTHON)

crash: .venv/.synced ## Kill and freeze workers, sinks, notifiers, broker and history a hundred times, then compare all
	.venv/bin/python -m tests.crash

patrol-load: .venv/.synced ## Patrol 10,000 feeds on a local TLS server, half of them on one host, hostile ones among them
	.venv/bin/python -m tests.patrol_load

voice-crash: .venv/.synced ## Kill the notifier fifty times during a thousand alerts, in a folder and on Kafka, and count
	.venv/bin/python -m tests.voice_crash

serve-crash: .venv/.synced ## Kill `xuncha serve` thirty times while clerks and programs write, then look for every act
	.venv/bin/python -m tests.serve_crash

voice-year: .venv/.synced ## Simulate a year of messages of a city of 600 accounts, and print how many went to whom
	$(RUN) tests.voice_year

console-walk: .venv/.synced ## Walk the console in a browser as each of its people, and look at every page at each width
	.venv/bin/python -m tests.console_walk $(WALK)

lint: .venv/.synced ## Check style
	$(RUN) ruff check .
	$(RUN) ruff format --check .

types: .venv/.synced ## Check types
	$(RUN) mypy

format: .venv/.synced ## Bring the code into the house format
	$(RUN) ruff check --fix --quiet . || true
	$(RUN) ruff format .

bench: .venv/.synced ## Measure speed and memory against baselines of the same run
	$(RUN) tests.bench

bench-kafka: .venv/.synced ## Measure workers, sink, latency and recovery on Kafka against baselines of the same run
	$(RUN) tests.bench.kafka

clean: ## Remove what make made
	rm -rf .venv .uv .kafka build dist $(HOME_DIR) demo-home-kafka
