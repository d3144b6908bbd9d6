package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
)

// each returns the same count for each service.
func each(n int) map[string]int {
	counts := map[string]int{}
	for _, name := range services() {
		counts[name] = n
	}
	return counts
}

// with returns counts in which that of one service is another one.
func with(counts map[string]int, name string, n int) map[string]int {
	counts[name] = n
	return counts
}

func TestSince(t *testing.T) {
	t.Parallel()
	got := counts{each(3), each(5)}.since(counts{each(2), each(5)})
	if got.requests["oauth2"] != 1 || got.opened["oauth2"] != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		cost   counts
		tokens int
		want   string
	}{
		"one each":    {counts{with(each(1), jwt, 0), each(1)}, 1, ""},
		"none":        {counts{each(0), each(1)}, 0, ""},
		"one of many": {counts{with(each(0), "oauth2", 1), each(1)}, 0, "plan, oauth2: counted 1 and 1, want 0 token requests and an accepted API request"},
		"one missing": {counts{with(with(each(1), jwt, 0), "oauth2", 0), each(1)}, 1, "plan, oauth2: counted 0 and 1, want 1 token request and an accepted API request"},
		"not opened":  {counts{each(0), with(each(1), "emtech", 0)}, 0, "plan, emtech: counted 0 and 0, want 0 token requests and an accepted API request"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkCount(t, test.cost.check("plan", test.tokens), test.want)
		})
	}
}

func TestCheckProxied(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		tokens, opened int
		want           string
	}{
		"replaced":     {fewestTokens, proxiedRequests, ""},
		"more often":   {fewestTokens + 1, proxiedRequests, ""},
		"not replaced": {1, proxiedRequests, "apply, with a proxy: counted 1 and 21, want at least 3 tokens and 21 requests"},
		"not answered": {fewestTokens, 20, "apply, with a proxy: counted 3 and 20, want at least 3 tokens and 21 requests"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cost := counts{map[string]int{proxied: test.tokens}, map[string]int{proxied: test.opened}}
			checkCount(t, cost.checkProxied(), test.want)
		})
	}
}

// checkCount checks that an error is a countError with a text; "": none.
func checkCount(t *testing.T, err error, want string) {
	t.Helper()
	var wrong countError
	switch {
	case want == "":
		if err != nil {
			t.Errorf("got error %v", err)
		}
	case !errors.As(err, &wrong) || err.Error() != want:
		t.Errorf("got error %v, want %s", err, want)
	}
}

func TestKeepOpening(t *testing.T) {
	var requests int
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer example" {
			w.WriteHeader(http.StatusTeapot)
		}
		switch r.URL.Path {
		case "/proxy":
			requests++
		case "/refused":
			w.WriteHeader(http.StatusUnauthorized)
		case "/broken":
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	t.Cleanup(server.Close)
	for name, test := range map[string]struct {
		proxy, upstream string
		want            string
	}{
		"answered":             {"/proxy", "/refused", ""},
		"a proxy that refuses": {"/refused", "/refused", "opening oauth2, request 1: the resource answered 401 Unauthorized"},
		"a token as key":       {"/proxy", "/open", errKeyOpens.Error()},
		"a broken API":         {"/proxy", "/broken", "opening oauth2 without the proxy: the resource answered 500 Internal Server Error"},
	} {
		t.Run(name, func(t *testing.T) {
			requests = 0
			t.Setenv("DEMO_KEY", "example")
			t.Setenv("DEMO_PROXY", server.URL+test.proxy)
			t.Setenv("DEMO_UPSTREAM", server.URL+test.upstream)
			err := keepOpening("oauth2", 0)
			if test.want == "" {
				if err != nil || requests != proxiedRequests {
					t.Errorf("%d requests, error %v", requests, err)
				}
			} else if err == nil || err.Error() != test.want || requests > 0 {
				t.Errorf("%d requests, error %v, want %s", requests, err, test.want)
			}
		})
	}
}
