package provider_test

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

func checkSays(t *testing.T, said string, says []string) {
	t.Helper()
	for _, want := range says {
		if !strings.Contains(said, want) {
			t.Errorf("%q is missing in:\n%s", want, said)
		}
	}
}

// Values at the limit are accepted.
func TestGoodInput(t *testing.T) {
	noEnvironment(t)
	b := newBox(t)
	emtech := func(more object) object { return object{"emtech": object{"default": b.set("emtech").and(more)}} }
	cases := map[string]object{
		"nothing":                     nil,
		"http:// with allow_http":     emtech(object{"token_url": "http://auth.example.com/token", "allow_http": true}),
		"http:// that may be allowed": emtech(object{"token_url": "http://auth.example.com/token", "allow_http": unknown{}}),
		"http:// to localhost":        emtech(object{"token_url": "http://localhost:8080/token"}),
		"http:// to ::1":              emtech(object{"token_url": "http://[::1]:8080/token"}),
		"http:// to 127.x":            emtech(object{"token_url": "http://127.5.6.7/token"}),
		"https://":                    emtech(object{"token_url": "https://auth.example.com:8443/a%2Fb/"}),
		"URL not known yet":           emtech(object{"token_url": unknown{}}),
		"set not known yet":           {"emtech": object{"default": unknown{}}},
		"sets not known yet":          {"emtech": unknown{}},
		"transport not known yet":     {"transport": unknown{}},
		"every setting of transport":  {"transport": hurried().and(object{"timeout": "5s", "proxy_url": "socks5://127.0.0.1:1"})},
		"parts of transport unknown":  {"transport": object{"timeout": unknown{}, "proxy_url": unknown{}, "ca_certificates_pem": unknown{}}},
		"the least of transport":      {"transport": object{}},
		"max_retries of 0":            {"transport": object{"max_retries": 0}},
	}
	for name, block := range cases {
		t.Run(name, func(t *testing.T) {
			if diags := newPlugin(t).configure(block); len(diags) > 0 {
				t.Error(say(diags))
			}
		})
	}
}

// The error has the time of expiry and the time that min_remaining requires.
func TestMinRemainingNamesBothTimes(t *testing.T) {
	noEnvironment(t)
	b := newBox(t)
	p := configured(t, b.sets("epgl"))
	_, diags := p.ask(t.Context(), dataSource, "epgl", object{"min_remaining": "90m"})
	detail := onlyError(t, diags).Detail
	times := regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`).FindAllString(detail, -1)
	if len(times) != 2 {
		t.Fatalf("got the times %v in:\n%s", times, detail)
	}
	ends, err1 := time.Parse(time.RFC3339, times[0])
	wanted, err2 := time.Parse(time.RFC3339, times[1])
	if err1 != nil || err2 != nil || wanted.Sub(ends) != 30*time.Minute {
		t.Errorf("got %s and %s", ends, wanted)
	}
}

// min_remaining may be the whole lifetime.
func TestMinRemainingOfAWholeLife(t *testing.T) {
	noEnvironment(t)
	b := newBox(t)
	p := configured(t, b.sets("epgl"))
	p.token(dataSource, "epgl", object{"min_remaining": "1h"})
}

// The error names only the environment variables that are missing.
func TestMissingVariables(t *testing.T) {
	cases := []struct {
		name     string
		set      map[string]string
		says     string
		saysNone string
	}{
		{"secret missing", map[string]string{"OAUTH2_CLIENT_ID": "x", "OAUTH2_TOKEN_URL": "https://x.example.com"}, "environment OAUTH2_CLIENT_SECRET, which is missing", "OAUTH2_CLIENT_ID"},
		{"URL missing", map[string]string{"OAUTH2_CLIENT_ID": "x", "OAUTH2_CLIENT_SECRET": "y"}, "environment OAUTH2_TOKEN_URL, which is missing", "OAUTH2_CLIENT_SECRET"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			noEnvironment(t)
			for name, value := range c.set {
				t.Setenv(name, value)
			}
			p := configured(t, nil)
			_, diags := p.ask(t.Context(), dataSource, "oauth2", nil)
			detail := onlyError(t, diags).Detail
			checkSays(t, detail, []string{c.says})
			if strings.Contains(detail, c.saysNone) {
				t.Errorf("%s is set and named in:\n%s", c.saysNone, detail)
			}
		})
	}
}

// Each required attribute of a credential set, missing alone, is an error.
func TestRequired(t *testing.T) {
	noEnvironment(t)
	b := newBox(t)
	for _, name := range serviceNames() {
		required := []string{"client_id", "client_secret"}
		switch name {
		case "oauth2":
			required = append(required, "token_url")
		case "custom":
			required = []string{"request", "response"}
		case "jwt":
			required = []string{"private_key_pem"}
		}
		for _, attribute := range required {
			t.Run(name+"/"+attribute, func(t *testing.T) {
				set := b.set(name)
				delete(set, attribute)
				got := onlyError(t, newPlugin(t).configure(object{name: object{"shop": set}}))
				want := `AttributeName("` + name + `").ElementKeyString("shop").AttributeName("` + attribute + `")`
				if got.Attribute.String() != want {
					t.Errorf("it is at %s, want %s", got.Attribute, want)
				}
			})
		}
	}
}
