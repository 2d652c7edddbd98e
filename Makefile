# SPDX-License-Identifier: Apache-2.0
# make run     build in release and serve the demo desk on 127.0.0.1:8080
# make test    install what the tests need and run all of them
# make check   format, lint, build, test
# make bench   build in release and print the table of figures
# make fuzz    install a clang that makes fuzzers if there is none, then fuzz the C shim under AddressSanitizer,
#              SECONDS (60) for each of three fuzzers
.PHONY: run test check format lint bench fuzz clean

PORT ?= 8080

run:
	@scripts/install-dependencies
	@swift build -c release --product luadesk
	@exec .build/release/luadesk demo --port $(PORT)

test:
	@scripts/install-dependencies --tests
	@scripts/test

check: lint test

format:
	@swift format format --in-place --recursive --parallel Package.swift Sources Tests plugins/live

lint:
	@swift format lint --strict --recursive --parallel Package.swift Sources Tests plugins/live

bench:
	@scripts/install-dependencies
	@swift build -c release
	@ulimit -n "$$(ulimit -Hn)" || true; exec .build/release/luadesk-bench

fuzz:
	@scripts/install-dependencies --fuzz
	@scripts/fuzz $(or $(SECONDS),60)

clean:
	@swift package clean
	@rm -rf demo-data
