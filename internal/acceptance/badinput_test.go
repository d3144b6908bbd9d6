package acceptance

import (
	"fmt"
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// badInput is a provider block and the inputs of a token that come to one error.
type badInput struct {
	name     string
	provider string // content of the block
	service  string
	inputs   string
	summary  string
	says     []string
}

const (
	noSet       = "No such credential set"
	badURL      = "URL cannot be used"
	badDuration = "Duration cannot be used"
	badPEM      = "Certificates cannot be used"
	badProxy    = "Proxy URL cannot be used"
	badScope    = "Scope cannot be used"

	howLong   = `write it like "90s", "20m" or "1h30m"`
	howScopes = "write several scopes as several strings"
)

func (l *sandboxLab) badInputs() []badInput {
	return slices.Concat(l.badCredentials(), l.badDurations(), l.badTransports(), l.badValues())
}

func (l *sandboxLab) badCredentials() []badInput {
	set := l.setOf("emporix", l.box.Client("emporix"), "var.emporix_secret")
	two := "emporix = {\n shop = " + set + "\n catalog = " + set + "\n}"
	return []badInput{
		{
			"unknown set", two, "emporix", `credentials = "warehouse"`, noSet,
			[]string{`There is no credential set "warehouse" for emporix`, `"catalog", "shop"`},
		},
		{
			"several sets, none named default", two, "emporix", "", noSet,
			[]string{"several credential sets for emporix", `none is called "default"`, `"catalog", "shop"`},
		},
		{
			"empty name", strings.Replace(two, "catalog", "default", 1), "emporix", `credentials = ""`, noSet,
			[]string{"credentials is empty", `"default", "shop"`, "leave it out"},
		},
		{
			"no credentials", "", "epgl", "", noSet,
			[]string{
				"provider = apitoken.NAME", "providers = { apitoken = apitoken.NAME }", "There are no credentials for epgl",
				"EPGL_CLIENT_ID, EPGL_CLIENT_SECRET", "client_id = …, client_secret = …",
			},
		},
	}
}

func (l *sandboxLab) badDurations() []badInput {
	emtech := l.set("emtech", "var.emtech_secret")
	return []badInput{
		{"min_remaining of 20 minutes", emtech, "emtech", `min_remaining = "20 minutes"`, badDuration, []string{"min_remaining cannot be used", howLong}},
		{"min_remaining of 0s", emtech, "emtech", `min_remaining = "0s"`, badDuration, []string{"min_remaining cannot be used", howLong}},
		{"min_remaining of -5m", emtech, "emtech", `min_remaining = "-5m"`, badDuration, []string{"min_remaining cannot be used", howLong}},
		{"timeout of soon", emtech + `transport = { timeout = "soon" }`, "emtech", "", badDuration, []string{"transport.timeout cannot be used", howLong}},
		{
			"min_remaining beyond what the vendor gives", emtech, "emtech", `min_remaining = "3h"`, "Token does not live long enough",
			[]string{"Service emtech", `credential set "default"`, "valid for 1h0m0s, until 20", "asks for 3h0m0s, until 20"},
		},
	}
}

func (l *sandboxLab) badTransports() []badInput {
	epgl := l.set("epgl", "var.epgl_secret")
	return []badInput{
		{
			"invalid PEM", epgl + `transport = { ca_certificates_pem = "fake-certificate" }`, "epgl", "", badPEM,
			[]string{"-----BEGIN CERTIFICATE-----", "transport.ca_certificates_pem"},
		},
		{
			"a certificate that cannot be read",
			epgl + `transport = { ca_certificates_pem = "-----BEGIN CERTIFICATE-----\nZmFrZQ==\n-----END CERTIFICATE-----\n" }`, "epgl", "", badPEM,
			[]string{"its first certificate cannot be read", "transport.ca_certificates_pem"},
		},
		{
			"proxy without a scheme", epgl + `transport = { proxy_url = "proxy.example.com:3128" }`, "epgl", "", badProxy,
			[]string{"http://proxy.example.com:3128", "transport.proxy_url"},
		},
	}
}

func (l *sandboxLab) badValues() []badInput {
	return []badInput{
		{
			"invalid URL", l.setWith("emporix", `token_url = "not a url"`), "emporix", "", badURL,
			[]string{"cannot be used", "write it like https://auth.example.com/oauth/token", `emporix["default"].token_url`},
		},
		{
			"plain http:// off this machine", l.setWith("emporix", `token_url = "http://auth.example.com/token"`), "emporix", "", badURL,
			[]string{"cannot be used", "plain http:// would send the credentials to auth.example.com", `emporix["default"].token_url`},
		},
		{"empty client_id", l.setWith("epgl", `client_id = ""`), "epgl", "", "Empty value", []string{`epgl["default"].client_id`}},
		{
			"scope with a space", l.setWith("emporix", `scopes = ["a b"]`), "emporix", "", badScope,
			[]string{"the scope cannot be used", howScopes, `emporix["default"].scopes`},
		},
		{"scope with a space as input", l.set("oauth2", "var.oauth2_secret"), "oauth2", `scopes = ["a b"]`, badScope, []string{"scopes", howScopes}},
	}
}

// Bad input is one error, whichever kind of token is asked for. More of it is in
// TestBadInput of internal/provider, which runs without a CLI.
func testBadInput(l *sandboxLab) {
	left := map[string]badInput{}
	for i, bad := range l.badInputs() {
		left[fmt.Sprintf("case_%d", i)] = bad
	}
	for range 2 { // an error in validation, which comes first, hides those of the plan
		text := l.variables()
		for name, bad := range left {
			text += l.badConfig(name, bad)
		}
		l.Configure(text)
		found := l.Errors("plan")
		for name, bad := range left {
			ofCase := slices.DeleteFunc(slices.Clone(found), func(d clitest.Diagnostic) bool { return !strings.HasSuffix(d.Address, "."+name) })
			if len(ofCase) > 0 {
				l.checkBad(bad, ofCase)
				delete(left, name)
			}
			found = slices.DeleteFunc(found, func(d clitest.Diagnostic) bool { return strings.HasSuffix(d.Address, "."+name) })
		}
		for _, d := range found {
			l.T.Errorf("of no case: %s", d)
		}
	}
	for _, bad := range left {
		l.T.Errorf("%s: there is no error", bad.name)
	}
}

// kindsOf are the kinds of tokens that a case asks for: one if the error is the provider
// block's, whatever is asked for.
func (l *sandboxLab) kindsOf(bad badInput) []string {
	if bad.inputs == "" {
		return l.kinds()[:1]
	}
	return l.kinds()
}

// badConfig has all that is in a case called by its name.
func (l *sandboxLab) badConfig(name string, bad badInput) string {
	var text, provider string
	if bad.provider != "" {
		text, provider = providerBlock(name, bad.provider), "provider = apitoken."+name
	}
	for _, kind := range l.kindsOf(bad) {
		text += fmt.Sprintf("%s \"apitoken_%s\" %q {\n  %s\n  %s\n}\n", kind, bad.service, name, provider, bad.inputs)
	}
	return text
}

func (l *sandboxLab) checkBad(bad badInput, found []clitest.Diagnostic) {
	l.T.Helper()
	if len(found) != len(l.kindsOf(bad)) || len(clitest.ByAddress(found)) != len(found) {
		l.T.Errorf("%s: got %v, want one error for each of %v", bad.name, found, l.kindsOf(bad))
	}
	for _, d := range found {
		if d.Summary != bad.summary {
			l.T.Errorf("%s: got %s, want %q", bad.name, d, bad.summary)
			continue
		}
		l.Says(d, bad.says...)
	}
}
