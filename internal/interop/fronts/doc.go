// Package fronts holds the tests that run the provider against a token endpoint
// behind real front ends: nginx, haproxy, Apache httpd, squid and stunnel, as
// Debian packages them.
//
// The provider is asked over its plugin protocol, without a CLI. The programs are
// taken from .bin/fronts, where `make fronts` puts them, or from the machine.
// Where one is missing its test is skipped, but fails with CI=true and TF_ACC=1.
//
// Each row says how many requests reach the endpoint, how many the front end has
// in its own log, and what the user reads. Connections are not counted: rows must
// hold whether the provider keeps them or not.
package fronts
