package store

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// TestURLs reads the URLs of servers.
func TestURLs(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]struct {
		network string
		nodes   []string
		isTLS   bool
	}{
		"redis://h":                              {"tcp", []string{"h:6379"}, false},
		"REDIS://h:1/":                           {"tcp", []string{"h:1"}, false},
		"valkey://user:p%40ss@h/3":               {"tcp", []string{"h:6379"}, false},
		"rediss://:pass@h:1?db=3":                {"tcp", []string{"h:1"}, true},
		"valkeys://[::1]:2":                      {"tcp", []string{"[::1]:2"}, true},
		"rediss://[::1]?addr=[::2]&addr=h:3":     {"tcp", []string{"[::1]:6379", "[::2]:6379", "h:3"}, true},
		"redis://h1?addr=h2:1&addr=h3&db=0":      {"tcp", []string{"h1:6379", "h2:1", "h3:6379"}, false},
		"unix:///run/redis.sock":                 {"unix", []string{"/run/redis.sock"}, false},
		"unix://:pass@/run/redis%20socket?db=1":  {"unix", []string{"/run/redis socket"}, false},
		"unix://pass@/run/redis.sock?db=1":       {"unix", []string{"/run/redis.sock"}, false},
		"redis://h?addr=h&addr=h:6379&addr=h2:1": {"tcp", []string{"h:6379", "h2:1"}, false},
	} {
		a, err := parseURL(said.NewSecret(url), nil)
		if err != nil || a.network != want.network || !slices.Equal(a.nodes, want.nodes) || (a.tls != nil) != want.isTLS {
			t.Errorf("%s: %s %v, TLS: %t, %v", url, a.network, a.nodes, a.tls != nil, err)
		}
	}
}

// TestWrongURLs says what is wrong with a URL, and repeats none of it.
func TestWrongURLs(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"":                                 "must begin with",
		"localhost:6379":                   "must begin with",
		"h":                                "must begin with",
		"https://h":                        "must begin with",
		"redis:h":                          "must begin with",
		"h:6380,password=hunter2,ssl=True": "must begin with",
		"sentinel://h:26379/primary":       "address of the primary",
		"redis-sentinel://h/primary":       "address of the primary",
		"redis://:hunter2/x%@h":            "percent-encode the password",
		"redis://:hunter2#x@h":             "percent-encode the password",
		"redis://h:port":                   "percent-encode the password",
		"redis://":                         "must have the host",
		"redis://:6379":                    "must have the host",
		"redis://h?addr=":                  "must have the host",
		"redis://h?addr=user:hunter2@h2":   "must have the host",
		"redis://h?addr=redis://h2":        "must have the host",
		"redis://h/hunter2":                "number of a database",
		"redis://h/-1":                     "number of a database",
		"redis://h?db=one":                 "number of a database",
		"redis://h?ssl_cert_reqs=hunter2":  "the parameters addr",
		"redis://h?DB=1":                   "the parameters addr",
		"unix://":                          "the path of the socket",
		"unix://run/redis.sock":            "the path of the socket",
		"unix:///run/redis.sock?db=-1":     "number of a database",
		"unix:///run/redis.sock?addr=h":    "has no addr",
	} {
		failed, ok := errors.AsType[*Error](CheckURL(said.NewSecret(url)))
		if !ok || failed.Problem != ProblemURL || !strings.Contains(failed.Reason, want) || strings.Contains(failed.Reason, "hunter2") {
			t.Errorf("%s: %v", url, failed)
		}
	}
}
