# The everyday commands; `make help` lists them.

PREFIX ?= /usr/local
BINARY := .build/release/cupibulk

.DEFAULT_GOAL := help
.PHONY: help demo test soak build install uninstall deb package-check package-test reproducible lint sanitize clients fuzz \
	bench bench-instructions bench-push bench-backup picture deps clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-19s %s\n", $$1, $$2 }' Makefile

demo: build ## Show what cupibulk does, with sample files and a sandbox; leaves only .build
	@Tools/demo.sh $(BINARY)

test: deps lint clients ## Check everything: format, layers, all tests, those of the program with both builds
	swift build --build-tests --explicit-target-dependency-import-check error
	@Tools/tests.sh --skip EndToEndTests
	@Tools/tests.sh --filter EndToEndTests --experimental-maximum-parallelization-width 12
	@Tools/build.sh cupibulk
	@CUPIBULK_TEST_PROGRAM=$(CURDIR)/$(BINARY) Tools/tests.sh --filter EndToEndTests --experimental-maximum-parallelization-width 12
	@Tools/package/check.sh

soak: deps ## Run the experiments at full length: kills at 200 random moments, lost answers, full disks; takes half an hour
	swift build --build-tests
	CUPIBULK_SOAK=1 swift test --skip-build --disable-xctest --filter Experiment

build: deps ## Build the program as .build/release/cupibulk
	@Tools/build.sh cupibulk

install: ## Install program, man pages, completions and documents in PREFIX (by default PREFIX=/usr/local)
	@test -x $(BINARY) || $(MAKE) build
	@DESTDIR='$(DESTDIR)' Tools/package/install.sh install '$(PREFIX)'

uninstall: ## Remove exactly what make install has put into PREFIX
	@DESTDIR='$(DESTDIR)' Tools/package/install.sh remove '$(PREFIX)'

deb: build ## Build the Debian package in .build/packages
	@Tools/package/deb.sh

package-check: build ## Check the package's contents, and make install, on this machine
	@Tools/package/check.sh

package-test: build ## Install, use, upgrade and purge the package in a new Debian (needs root and Debian's mirror)
	@Tools/package/test.sh

reproducible: deps ## Build twice in two folders, and compare program and package byte by byte (ten minutes)
	@Tools/package/reproducible.sh

lint: ## Check the format and the documentation of the sources
	@Tools/lint.sh

clients: ## Install an independent CUPI client in .build, for a test; without it the test is skipped
	@Tools/clients.sh

deps: ## Install the missing Debian packages that the build needs
	@Tools/deps.sh

sanitize: deps ## Run the tests of the libraries over C under AddressSanitizer and ThreadSanitizer
	@Tools/sanitize.sh

fuzz: deps ## Fuzz all code that reads external bytes, one harness after another, SECONDS=60 each
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

bench-backup: build ## Measure the commands that read a repository of 3,000 nights, and print it (a minute)
	@Benchmarks/backup_bench.py

picture: build ## Make the picture of the README: a real terminal, in which the built program is at work
	@Tools/picture.sh $(BINARY)

clean: ## Remove everything that was built
	rm -rf .build
