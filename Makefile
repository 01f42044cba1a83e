# The everyday commands; `make help` lists them.

PREFIX ?= /usr/local
BINARY := .build/release/cupibulk

.DEFAULT_GOAL := help
.PHONY: help demo test soak build install lint sanitize clients fuzz bench bench-instructions bench-push deps clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-19s %s\n", $$1, $$2 }' Makefile

demo: build ## Show what cupibulk does, with sample files and a sandbox; leaves nothing behind but .build
	@Tools/demo.sh $(BINARY)

test: deps lint clients ## Check everything: format, layers, all tests
	swift build --build-tests --explicit-target-dependency-import-check error
	swift test --skip-build --disable-xctest --skip EndToEndTests
	swift test --skip-build --disable-xctest --filter EndToEndTests --experimental-maximum-parallelization-width 12

soak: deps ## Try bad days at full length: kills at 200 random instants, lost answers, full disks; takes half an hour
	swift build --build-tests
	CUPIBULK_SOAK=1 swift test --skip-build --disable-xctest --filter Experiment

build: deps ## Build the program as .build/release/cupibulk
	@Tools/build.sh cupibulk

install: ## Put the program, without its symbols, into PREFIX/bin (PREFIX=/usr/local unless given)
	@test -x $(BINARY) || $(MAKE) build
	install -D -s -m 0755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/cupibulk

lint: ## Check the format and the documentation of the sources
	@Tools/lint.sh

clients: ## Install CUPI clients that are not ours into .build, for a test; without them it is skipped
	@Tools/clients.sh

deps: ## Install the Debian packages that the build needs, where they are missing
	@Tools/deps.sh

sanitize: deps ## Run the tests of the libraries over C under AddressSanitizer and ThreadSanitizer
	@Tools/sanitize.sh

fuzz: deps ## Throw damaged bytes at all that reads from outside, one harness after another, SECONDS=60 each
	@Tools/fuzz.sh $(or $(SECONDS),60)

bench: deps ## Measure reading against peers and write Benchmarks/RESULTS.md (a quarter of an hour)
	@Benchmarks/build.sh
	@Benchmarks/bench.py speed

bench-instructions: deps ## Count instructions a row under callgrind, and write them to the same file
	@Benchmarks/build.sh
	@Benchmarks/bench.py instructions

bench-push: deps ## Measure sending and staging against peers, and write them to the same file (half an hour)
	@Benchmarks/build.sh
	@Benchmarks/push_bench.py all

clean: ## Remove everything that was built
	rm -rf .build
