# Needs Go and make; `make help` lists what there is. Development tools are
# pinned by the modules under tools/ and built into .bin/.

FOUND_CLI := $(shell command -v terraform || command -v tofu)
FOUND_TOFU := $(shell command -v tofu || true)

# The Terraform or OpenTofu that tests and examples run on. Built from
# tools/tofu where the machine has neither.
CLI ?= $(or $(FOUND_CLI),$(CURDIR)/.bin/tofu)
TOFU ?= $(or $(FOUND_TOFU),$(CURDIR)/.bin/tofu)

# Rules name our own binaries by relative path, so a checkout whose path has a
# space in it works too.
CLI_RULE = $(if $(filter .bin/tofu,$(subst $(CURDIR)/,,$(CLI))),.bin/tofu)
TOFU_RULE = $(if $(filter .bin/tofu,$(subst $(CURDIR)/,,$(TOFU))),.bin/tofu)

# The race detector needs a C compiler; Go reports 0 here where there is none.
RACE := $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)

# OpenTofu's warning about a file that is named but missing ends up where the
# tests read its version.
ifeq ($(wildcard $(TF_CLI_CONFIG_FILE)),)
unexport TF_CLI_CONFIG_FILE
endif

# What the name of a program ends with: .exe on Windows.
EXE := $(shell go env GOEXE)

# The slowest package comes first, so that the others run beside it.
PACKAGES ?= ./internal/provider ./...
TESTFLAGS ?=
TEST_TIMEOUT ?= 30m
# A number of runs: a duration fails at its end now and then, before Go 1.27
# (golang/go#75804).
FUZZTIME ?= 4000x
# How long an input that finds something new is made smaller. By default that is up
# to a minute, in which no other is tried.
MINIMIZETIME ?= 100x
BENCHTIME ?= 1s

# What other processors are tested with: numbers, times, bytes, keys, the network. Tests
# that start their own program are left out where an emulator does not run what that starts.
ENGINE := ./internal/said ./internal/answer ./internal/jose ./internal/transport ./internal/source \
	./internal/store/... ./internal/token/... ./internal/proxy
# What depends on the system.
SYSTEM := ./internal/program ./internal/transport ./internal/source ./internal/store/... ./internal/token ./internal/proxy

# The modules below internal/interop: servers for its tests, and what these share.
SERVERS := served fosite zitadel

CHANGIE := tools/changie/node_modules/.bin/changie
MERGE := $(CHANGIE) merge --include-unreleased "\#\# Unreleased"

# $(call acceptance,CLI): the environment of tests that run that CLI.
acceptance = TF_ACC=1 TF_ACC_TERRAFORM_PATH="$(1)" \
	APITOKEN_TEST_HTTP_PROVIDER="$(CURDIR)/.bin/terraform-provider-http"

.PHONY: help
help:
	@awk -F ':.*## ' '/^##@/ { print substr($$0, 5) } \
		/^[a-z0-9-]+:.*## / { printf "  %-17s %s\n", $$1, $$2 }' Makefile

##@ Build and run

.PHONY: build
build: ## Build the provider into .bin/, as a release does
	CGO_ENABLED=0 go build -trimpath -buildvcs=false -tags grpcnotrace -ldflags "-s -w" -o .bin/terraform-provider-apitoken$(EXE) .

.PHONY: demo
demo: $(CLI_RULE) ## Get a token from every service in a real apply, then use the token store and the proxy
	TF_ACC_TERRAFORM_PATH="$(CLI)" go run ./internal/demo

.PHONY: sandbox
sandbox: ## Serve the sandbox, on PORT or a free one, and print how to get its tokens
	@go build -o .bin/sandbox ./internal/sandbox/serve && exec .bin/sandbox $(if $(PORT),-port "$(PORT)")

.PHONY: clean
clean: ## Remove everything built here
	rm -rf .bin dist tools/changie/node_modules

##@ Test

# Tests make much garbage and keep little: to collect it less often saves a sixth or more of
# their processor time. The CLIs that they run do not get GOGC.
test test-tofu: export GOGC ?= 400

# A sweep tries one value after the other. With the race detector it takes four times as long,
# so that it tries a few values with it, and all of them without it.
.PHONY: test
test: .bin/terraform-provider-http $(CLI_RULE) ## Run all tests or those of PACKAGES, with terraform, else tofu
	$(call acceptance,$(CLI)) go test $(RACE) -count=1 -timeout $(TEST_TIMEOUT) $(TESTFLAGS) $(PACKAGES)
	$(if $(RACE),$(if $(TESTFLAGS),,$(if $(filter ./...,$(PACKAGES)),go test -count=1 -run '^TestSweep' ./internal/provider)))

# What the servers of internal/interop answer does not depend on the CLI.
.PHONY: test-tofu
test-tofu: .bin/terraform-provider-http $(TOFU_RULE) ## Run the acceptance tests, TestAcc*, with OpenTofu
	@packages=$$(grep -rlE '^func TestAcc[A-Z(]' --include='*_test.go' . | sed 's|/[^/]*$$||' | grep -v /interop | sort -u); \
	[ -n "$$packages" ] || { echo "no acceptance test found" >&2; exit 1; }; \
	set -x; $(call acceptance,$(TOFU)) go test $(RACE) -count=1 -timeout $(TEST_TIMEOUT) -run '^TestAcc([A-Z]|$$)' $$packages

.PHONY: test-386
test-386: ## Test the engine as a program of 32 bits; elsewhere emulated, which needs Debian, and much time
	.ci/emulated 386 $(ENGINE)

.PHONY: test-arm
test-arm: ## Test the engine on 32-bit Arm, under qemu; needs apt-get, and some minutes
	.ci/emulated arm $(ENGINE)

.PHONY: test-arm64
test-arm64: ## Test the engine on 64-bit Arm, under qemu; needs apt-get, and some minutes
	.ci/emulated arm64 $(ENGINE)

.PHONY: test-s390x
test-s390x: ## Test the engine with bytes in the other order, under qemu; needs apt-get, and some minutes
	.ci/emulated s390x $(ENGINE)

.PHONY: test-windows
test-windows: $(CLI_RULE) ## Test what depends on the system, and an apply, under Wine; needs apt-get, and half an hour
	CLI="$(CLI)" .ci/windows $(SYSTEM)

# The command of a CLI and its version. It is built in its module, as `go install` refuses those
# that replace others. Terraform 1.9 and later cannot be built: parts of it are missing there.
CLI_COMMAND ?= github.com/hashicorp/terraform@v1.5.7
CLI_PACKAGE := $(firstword $(subst @, ,$(CLI_COMMAND)))
OTHER_CLI := $(CURDIR)/.bin/cli/$(notdir $(CLI_PACKAGE))

.PHONY: test-cli
test-cli: ## Test with the CLI of CLI_COMMAND, such as github.com/opentofu/opentofu/cmd/tofu@v1.7.3
	@echo "building $(CLI_COMMAND), which takes minutes"
	module=$$(echo $(CLI_PACKAGE) | cut -d/ -f1-3)@$(lastword $(subst @, ,$(CLI_COMMAND))) && \
	(cd / && go mod download "$$module") && cd "$$(go env GOMODCACHE)/$$module" && \
	GOWORK=off go build -trimpath -buildvcs=false -ldflags "-s -w -checklinkname=0" -o "$(OTHER_CLI)" $(CLI_PACKAGE)
	$(MAKE) demo CLI="$(OTHER_CLI)"
	$(MAKE) test CLI="$(OTHER_CLI)" PACKAGES="./internal/acceptance ./internal/clitest"

# The module's validated version. A newer one finds no random numbers where testing/synctest
# stands the clock still.
.PHONY: test-fips
test-fips: export GOFIPS140 = v1.0.0
test-fips: ## Test the engine with FIPS 140, and then with nothing else
	GODEBUG=fips140=on go test -count=1 $(ENGINE) ./internal/service
	GODEBUG=fips140=only go test -count=1 ./internal/answer ./internal/transport ./internal/store/... ./internal/token ./internal/proxy

.PHONY: bench
bench: .bin/terraform-provider-http $(CLI_RULE) ## Run the benchmarks; BENCHFLAGS=-write records the results
	@$(call acceptance,$(CLI)) go run ./internal/bench -benchtime $(BENCHTIME) $(BENCHFLAGS)

# Each package is built once, and not for each of its tests as `go test` would.
.PHONY: fuzz
fuzz: ## Run every fuzz test FUZZTIME (4000x) times
	@packages=$$(grep -rlE '^func Fuzz' --include='*_test.go' . | sed 's|/[^/]*$$||' | sort -u); \
	[ -n "$$packages" ] || { echo "no fuzz test found" >&2; exit 1; }; \
	built=$$(mktemp -d) && trap 'rm -rf "$$built"' EXIT; \
	for package in $$packages; do \
		go test -c -fuzz . -o "$$built/fuzz.test" "$$package" || exit 1; \
		corpus=$$(go env GOCACHE)/fuzz/$$(go list "$$package"); \
		for name in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\).*/\1/p' "$$package"/*_test.go); do \
			echo "$$name in $$package"; \
			(cd "$$package" && "$$built/fuzz.test" -test.run '^$$' -test.fuzz "^$$name\$$" -test.fuzztime $(FUZZTIME) \
				-test.fuzzminimizetime $(MINIMIZETIME) -test.fuzzcachedir "$$corpus") || exit 1; \
		done; \
	done

##@ Check

.PHONY: lint
lint: .bin/golangci-lint ## Lint the Go code
	.bin/golangci-lint config verify
	.bin/golangci-lint run --allow-serial-runners
	for server in $(SERVERS); do \
		(cd internal/interop/$$server && ../../../.bin/golangci-lint run --allow-serial-runners) || exit 1; \
	done

.PHONY: lint-ci
lint-ci: .bin/actionlint ## Lint workflows and scripts; needs shellcheck
	shellcheck .ci/*
	.bin/actionlint
	.ci/github
	.ci/tag-test

.PHONY: docs-check
docs-check: docs ## Fail if docs/ is not what `make docs` writes
	.bin/tfplugindocs validate --provider-name apitoken
	git diff --exit-code -- docs
	@stray=$$(git ls-files --others --exclude-standard -- docs); \
	[ -z "$$stray" ] || { printf 'not in git yet:\n%s\n' "$$stray" >&2; exit 1; }

.PHONY: changelog-check
changelog-check: $(CHANGIE) ## Fail if CHANGELOG.md is not what `make changelog` writes
	$(MERGE) --dry-run | diff -u CHANGELOG.md -

.PHONY: vulnerabilities
vulnerabilities: .bin/govulncheck ## Check for known vulnerabilities; needs the network
	.bin/govulncheck ./...

.PHONY: release-candidate
release-candidate: .bin/goreleaser .bin/cyclonedx-gomod $(CHANGIE) $(CLI_RULE) ## Release the last commit as VERSION, without publishing it, and use it
	.ci/release-candidate $(VERSION)

##@ Write

.PHONY: fmt
fmt: .bin/golangci-lint $(CLI_RULE) ## Format Go code and examples
	.bin/golangci-lint fmt
	"$(CLI)" fmt -recursive examples

.PHONY: docs
docs: .bin/tfplugindocs ## Generate docs/ from schemas, templates and examples
	.bin/tfplugindocs generate --provider-name apitoken

.PHONY: change
change: $(CHANGIE) ## Add a changelog entry
	$(CHANGIE) new
	$(MERGE)

.PHONY: changelog
changelog: $(CHANGIE) ## Write CHANGELOG.md from .changes/
	$(MERGE)

##@ Tools, built into .bin/

.PHONY: tofu
tofu: .bin/tofu ## Build the pinned OpenTofu

.PHONY: http-provider
http-provider: .bin/terraform-provider-http ## Build the http provider 1.2.0, which tests use

.PHONY: etcd
etcd: ## Unpack the etcd that tests use; needs apt-get
	.ci/etcd

.PHONY: redis
redis: ## Put redis-server, which tests use, into .bin/redis; needs apt-get
	.ci/redis

.PHONY: hsm
hsm: ## Unpack the SoftHSM and pkcs11-tool that tests use; needs apt-get
	.ci/hsm

.PHONY: fronts
fronts: ## Unpack the front ends that tests use; needs apt-get
	.ci/fronts

# A BOM names the hash of the program that wrote it, so that is to be the same
# wherever it is built.
.bin/cyclonedx-gomod: export CGO_ENABLED = 0
.bin/cyclonedx-gomod: export GOFLAGS += -trimpath

# One rule for every tool: the module tools/NAME has one tool, built as .bin/NAME.
.bin/%: tools/%/go.mod tools/%/go.sum
	@echo "building $* from tools/$*; the first build takes minutes"
	@mkdir -p .bin
	cd tools/$* && go build -ldflags "-s -w" -o ../../$@ tool

# changie is to be had from npm alone.
$(CHANGIE): tools/changie/package-lock.json
	cd tools/changie && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@
