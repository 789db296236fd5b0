# Two commands do all the set-up: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ORIGINAL ?=
SLOW := tests/web/test_errors_browser.py
SETUP_NEEDS := pyproject.toml requirements.lock scripts/setup.py

.PHONY: run test test-errors test-delivery test-milvus access picture faults security load check fix eval vectors tune train bench growth peers lock install uninstall clean

run: $(VENV)/run.stamp
	@$(BIN)/python app.py

# The browser's tests and those of faults run beside the others: they wait more than they work.
test: check
	@{ $(BIN)/python -m pytest -q tests/web --ignore $(SLOW) -o cache_dir=.pytest_cache/web; web=$$?; \
	$(BIN)/python -m pytest -q -m faults tests/faults; exit $$((web + $$?)); } > .pytest-web.log 2>&1 & web=$$!; \
	$(BIN)/python -m pytest --ignore tests/web; rest=$$?; \
	wait $$web; web=$$?; cat .pytest-web.log; rm -f .pytest-web.log; exit $$((rest + web))

# Servers that are killed and come back, in a browser: minutes, so not in `make test`.
test-errors: $(VENV)/test.stamp
	@$(BIN)/python -m pytest $(SLOW)

# A clean clone, a wheel in an empty environment, an installation: downloads and builds, minutes.
test-delivery:
	@scripts/fresh.sh
	@scripts/wheel.sh
	@scripts/installed.sh

# The contract of the stores against a real Milvus: MILVUS_URI, or one that is installed and started.
test-milvus: $(VENV)/test.stamp
	@PYTHON=$(BIN)/python scripts/milvus.sh

# Every state of the page in four windows, three sizes and both contrasts: many minutes.
access: $(VENV)/test.stamp
	@$(BIN)/python -m evals access

# The picture of the README.
picture: $(VENV)/test.stamp
	@$(BIN)/python -m evals picture

# One thing broken at a time, as in `make test`, and 500 kills of a build and of an import: half an hour.
faults: $(VENV)/test.stamp
	@$(BIN)/python -m pytest -m faults tests/faults
	@KILLS=500 $(BIN)/python -m pytest tests/test_crash.py

# 20,000 odd requests to every described route, and known vulnerabilities of what is installed.
security: $(VENV)/test.stamp
	@EXAMPLES=2600 $(BIN)/python -m pytest tests/security
	@$(PYTHON) -m venv .audit && .audit/bin/pip install --quiet pip-audit==2.10.1
	@.audit/bin/pip-audit --requirement requirements.lock --no-deps --disable-pip

# How it bears many people, then long use: 45 minutes, and an hour.
load: $(VENV)/test.stamp
	@$(BIN)/python -m evals load
	@$(BIN)/python -m evals load --soak 60

check: $(VENV)/test.stamp
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m corpus audit
	@$(BIN)/python -m evals check

fix: $(VENV)/test.stamp
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

eval: $(VENV)/test.stamp
	@$(BIN)/python -m evals run
	@$(BIN)/python -m evals ladder
	@$(BIN)/python -m evals conversations
	@$(BIN)/python -m evals several
	@$(BIN)/python -m evals triage
	@if [ -n "$(ORIGINAL)" ]; then $(BIN)/python -m evals run --original "$(ORIGINAL)"; fi
	@$(BIN)/python -m evals report

# Encode the edition for everybody (index/edition_vectors.npz); after `make tune`, and now and then.
vectors: $(VENV)/test.stamp
	@$(BIN)/python -m evals deliver

# Teach the encoder's upper layers by the banks (index/e5_adapter.npz); `make vectors train` must follow.
tune: $(VENV)/test.stamp
	@$(BIN)/python -m evals tune

# Learn the weights of triage, decisions, remarks and refusing from their banks (chatbot/weights/).
train: $(VENV)/test.stamp
	@$(BIN)/python -m evals train

bench: $(VENV)/test.stamp
	@$(BIN)/python -m evals bench

# Search from 10^3 to 10^6 passages; an hour and 6 GB of disk at 10^6 (see docs/growth.md).
growth: $(VENV)/test.stamp
	@$(BIN)/python -m evals growth

# Run haystack, txtai and llama-index beside ours, each in .peers/ in an environment of its own.
peers: $(VENV)/test.stamp
	@$(BIN)/python -m evals peers $(if $(ORIGINAL),--original "$(ORIGINAL)")

# Resolve all versions anew, for every system and Python that is supported.
lock: $(VENV)/test.stamp
	@$(BIN)/pip install --quiet uv
	@$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
		--upgrade --no-header --quiet --output-file requirements.lock

$(VENV)/run.stamp: $(SETUP_NEEDS)
	@$(PYTHON) scripts/setup.py run

$(VENV)/test.stamp: $(SETUP_NEEDS)
	@$(PYTHON) scripts/setup.py test

# For a whole machine, not for a checkout: docs/operations.md. Both take PREFIX, DESTDIR, SYSCONFDIR.
install uninstall:
	@PYTHON="$(PYTHON)" PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" SYSCONFDIR="$(SYSCONFDIR)" \
		scripts/install.sh $@

clean:
	rm -rf $(VENV) .peers .audit build dist *.egg-info .mypy_cache .ruff_cache .hypothesis
