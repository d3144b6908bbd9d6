package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// badInput is a provider block with the inputs of a token, and their one error.
type badInput struct {
	name     string
	provider object
	service  string
	inputs   object
	path     string // of the attribute
	summary  string
	says     []string
}

// badInputs are the main cases: TestAcc/BadInput of internal/acceptance has them on a CLI.
func badInputs(b *box) []badInput {
	return slices.Concat(badSets(b), badURLs(b, mainURLs()), badDurations(b), badTransports(b), badValues(b))
}

// badVariants are more cases of the same.
func badVariants(b *box) []badInput {
	return slices.Concat(moreBadSets(b), badURLs(b, moreURLs()), moreBadDurations(b), moreBadTransports(b), moreBadValues(b))
}

// badSet names a credential set that does not exist, or none.
func badSet(name string, provider object, service string, credentials any, says ...string) badInput {
	inputs := object{}
	if credentials != nil {
		inputs["credentials"] = credentials
	}
	return badInput{name, provider, service, inputs, `AttributeName("credentials")`, "No such credential set", says}
}

func badSets(b *box) []badInput {
	two := object{"emporix": object{"shop": b.set("emporix"), "catalog": b.set("emporix")}}
	return []badInput{
		badSet("unknown set", two, "emporix", "warehouse",
			`There is no credential set "warehouse" for emporix`, `"catalog", "shop"`),
		badSet("several sets, none named default", two, "emporix", nil,
			"several credential sets for emporix", `none is called "default"`, `"catalog", "shop"`),
		badSet("empty name", object{"emporix": object{"default": b.set("emporix"), "shop": b.set("emporix")}}, "emporix", "",
			"credentials is empty", `"default", "shop"`, "leave it out"),
		badSet("no credentials", nil, "epgl", nil,
			"provider = apitoken.NAME", "providers = { apitoken = apitoken.NAME }", "There are no credentials for epgl", "EPGL_CLIENT_ID, EPGL_CLIENT_SECRET", "client_id = …, client_secret = …"),
	}
}

func moreBadSets(b *box) []badInput {
	const empty = "has no credential set for emtech"
	return []badInput{
		badSet("empty name, one set", b.sets("epgl"), "epgl", "", "credentials is empty", `"default"`),
		badSet("a name of 1 MB", b.sets("epgl"), "epgl", strings.Repeat("n\n", 1<<19), "credentials is not the name of a credential set for epgl", `"default"`),
		badSet("unknown set, one there", b.sets("epgl"), "epgl", "shop",
			`There is no credential set "shop" for epgl`, `"default"`),
		badSet("no credentials of a service without a URL of its own", nil, "oauth2", nil,
			"OAUTH2_CLIENT_ID, OAUTH2_CLIENT_SECRET, OAUTH2_TOKEN_URL", "client_id = …, client_secret = …, token_url = …"),
		badSet("no credentials, a set named", nil, "emtech", "shop",
			"There are no credentials for emtech", "EMTECH_CLIENT_ID, EMTECH_CLIENT_SECRET"),
		badSet("service without sets", object{"emtech": object{}}, "emtech", nil, empty),
		badSet("no set of what the environment cannot give", object{"custom": object{}}, "custom", nil,
			"has no credential set for custom", "custom = { default = { request = …, response = … } }"),
		badSet("no provider block, for what the environment cannot give", nil, "custom", nil,
			"There are no credentials for custom", "custom = {\n    default = { request = …, response = … }\n  }"),
		badSet("set that is null", object{"emtech": object{"default": nil}}, "emtech", nil, empty),
	}
}

// badURLCase is a URL and its error.
type badURLCase struct{ name, url, says string }

func mainURLs() []badURLCase {
	return []badURLCase{
		{"invalid URL", "not a url", "write it like https://auth.example.com/oauth/token"},
		{"plain http:// off this machine", "http://auth.example.com/token", "plain http:// would send the credentials to auth.example.com"},
	}
}

func moreURLs() []badURLCase {
	return []badURLCase{
		{"URL that cannot be parsed", "https://[::1/token", "it is not a URL"},
		{"URL without scheme", "api.example.com/oauth/token", "it is not a full https:// URL"},
		{"URL of another scheme", "ftp://api.example.com/oauth/token", "it is not a full https:// URL"},
		{"URL without host", "https:///oauth/token", "it is not a full https:// URL"},
		{"URL with a password", "https://user:fake-password@api.example.com/token", "holds a user name or password"},
		{"URL with a fragment", "https://api.example.com/token#top", "has a fragment"},
		{"plain http:// to a private host", "http://10.1.2.3/token", "allow_http = true"},
	}
}

func badURLs(b *box, cases []badURLCase) []badInput {
	all := make([]badInput, len(cases))
	for i, c := range cases {
		all[i] = badValue(b, c.name, "emporix", "token_url", c.url, "URL cannot be used", "cannot be used", c.says)
	}
	return all
}

const (
	badDuration    = "Duration cannot be used"
	durationAdvice = `write it like "90s", "20m" or "1h30m"`
)

func badMinRemaining(b *box, value string) badInput {
	return badInput{
		"min_remaining of " + value, b.sets("emtech"), "emtech",
		object{"min_remaining": value},
		`AttributeName("min_remaining")`, badDuration,
		[]string{"min_remaining cannot be used", durationAdvice},
	}
}

func badWait(b *box, name, value string) badInput {
	return badInput{
		name + " of " + value, b.sets("emtech").and(object{"transport": object{name: value}}), "emtech", nil,
		inTransport(name), badDuration,
		[]string{"transport." + name + " cannot be used", durationAdvice},
	}
}

func badDurations(b *box) []badInput {
	return []badInput{
		badMinRemaining(b, "20 minutes"), badMinRemaining(b, "0s"), badMinRemaining(b, "-5m"), badWait(b, "timeout", "soon"),
		{
			"min_remaining beyond what the vendor gives", b.sets("emtech"), "emtech",
			object{"min_remaining": "3h"},
			`AttributeName("min_remaining")`, "Token does not live long enough",
			[]string{"Service emtech", `credential set "default"`, "valid for 1h0m0s, until 20", "asks for 3h0m0s, until 20"},
		},
	}
}

func moreBadDurations(b *box) []badInput {
	return []badInput{
		badMinRemaining(b, "20"), badMinRemaining(b, ""), badWait(b, "timeout", "0s"), badWait(b, "timeout", "-1s"),
		badWait(b, "retry_max_wait", "soon"), badWait(b, "retry_max_wait", "0s"), badWait(b, "retry_max_wait", "-1s"),
	}
}

func badTransport(b *box, name, attribute string, value any, summary string, says ...string) badInput {
	return badInput{
		name, b.sets("epgl").and(object{"transport": object{attribute: value}}), "epgl", nil, inTransport(attribute), summary,
		append(says, "transport."+attribute),
	}
}

func badTransports(b *box) []badInput {
	return []badInput{
		badTransport(b, "invalid PEM", "ca_certificates_pem", "fake-certificate",
			"Certificates cannot be used", "-----BEGIN CERTIFICATE-----"),
		badTransport(b, "a certificate that cannot be read", "ca_certificates_pem",
			"-----BEGIN CERTIFICATE-----\nZmFrZQ==\n-----END CERTIFICATE-----\n", "Certificates cannot be used", "its first certificate cannot be read"),
		badTransport(b, "proxy that is no URL", "proxy_url", "proxy.example.com:3128",
			"Proxy URL cannot be used", "http://proxy.example.com:3128"),
	}
}

func moreBadTransports(b *box) []badInput {
	return []badInput{
		badTransport(b, "proxy of another scheme", "proxy_url", "ftp://user:fake-password@proxy.example.com",
			"Proxy URL cannot be used", "begins with http://, https:// or socks5://"),
		badTransport(b, "proxy with a path", "proxy_url", "http://fake.example.com:1/path", "Proxy URL cannot be used", "Take it out or, if it is a part of the password, percent-encode"),
		badTransport(b, "empty proxy", "proxy_url", "", "Proxy URL cannot be used", "it is empty"),
		badTransport(b, "empty certificates", "ca_certificates_pem", "", "Certificates cannot be used", "it is empty"),
		badTransport(b, "proxy with a # in its password", "proxy_url", "http://fake-user:fake@x#fake-password@proxy.example.com",
			"Proxy URL cannot be used", "percent-encode"),
		badTransport(b, "proxy with a backslash in its user name", "proxy_url", "http://corp\\fake-user:fake-password@proxy.example.com:3128",
			"Proxy URL cannot be used", "urlencode(…)"),
		badTransport(b, "proxy with a caret in its password", "proxy_url", "http://fake-user:fake-pass^word@proxy.example.com:3128",
			"Proxy URL cannot be used", "urlencode(…)"),
		badTransport(b, "proxy with a bracket in its password", "proxy_url", "http://fake-user:fake-pass{word@proxy.example.com:3128",
			"Proxy URL cannot be used", "urlencode(…)"),
		badTransport(b, "proxy with a percent in its password", "proxy_url", "http://fake-user:fake-pass%word@proxy.example.com:3128",
			"Proxy URL cannot be used", "urlencode(…)"),
		badTransport(b, "proxy with a pipe, without a scheme", "proxy_url", "fake|user:fake-password@proxy.example.com:3128",
			"Proxy URL cannot be used", "urlencode(…)"),
		badTransport(b, "proxy with a line break", "proxy_url", "http://fake-user:fake-password@proxy.example.com\n",
			"Proxy URL cannot be used", "a line break"),
		badTransport(b, "max_retries below 0", "max_retries", -1, "Number cannot be used", "a whole number from 0 to 20"),
		badTransport(b, "max_retries with a fraction", "max_retries", 1.5, "Number cannot be used", "a whole number from 0 to 20"),
		badTransport(b, "max_retries below 1", "max_retries", 0.999, "Number cannot be used", "a whole number from 0 to 20"),
		badTransport(b, "max_retries beyond any", "max_retries", 1e30, "Number cannot be used", "a whole number from 0 to 20"),
		badTransport(b, "max_retries beyond 2^63", "max_retries", -1e300, "Number cannot be used", "a whole number from 0 to 20"),
		badTransport(b, "max_retries above 20", "max_retries", 21, "Number cannot be used", "a whole number from 0 to 20"),
	}
}

// badValue is a bad value of a credential set called default.
func badValue(b *box, name, service, attribute string, value any, summary string, says ...string) badInput {
	return badInput{
		name,
		object{service: object{"default": b.set(service).and(object{attribute: value})}},
		service, nil,
		inSet(service, attribute), summary, append(says, service+`["default"].`+attribute),
	}
}

func badValues(b *box) []badInput {
	const summary, advice = "Scope cannot be used", "write several scopes as several strings"
	return []badInput{
		badValue(b, "empty client_id", "epgl", "client_id", "", "Empty value"),
		badValue(b, "scope with a space", "emporix", "scopes", []string{"a b"}, summary, "the scope cannot be used", advice),
		{
			"scope with a space as input", b.sets("oauth2"), "oauth2",
			object{"scopes": []string{"a b"}},
			`AttributeName("scopes")`, summary,
			[]string{"scopes", advice},
		},
	}
}

func moreBadValues(b *box) []badInput {
	const summary = "Not one of the allowed values"
	return []badInput{
		badValue(b, "empty client_secret", "epgl", "client_secret", "", "Empty value"),
		badValue(b, "empty token_url", "epgl", "token_url", "", "Empty value"),
		badValue(b, "invalid client_auth", "oauth2", "client_auth", "magic", summary, "client_secret_basic, client_secret_post"),
		badValue(b, "invalid basic_encoding", "oauth2", "basic_encoding", "magic", summary, "form, raw"),
	}
}

func inSet(service, attribute string) string {
	return `AttributeName("` + service + `").ElementKeyString("default").AttributeName("` + attribute + `")`
}

func inTransport(attribute string) string {
	return `AttributeName("transport").AttributeName("` + attribute + `")`
}

// Bad input gives one error at its attribute, for data source and ephemeral resource
// alike. The error repeats nothing that may be a secret.
func TestBadInput(t *testing.T) {
	noEnvironment(t)
	b := newBox(t)
	for _, bad := range append(badInputs(b), badVariants(b)...) {
		for _, k := range kinds() {
			t.Run(bad.name+"/"+string(k), func(t *testing.T) {
				p := newPlugin(t)
				diags := p.configure(bad.provider)
				if len(diags) == 0 {
					_, diags = p.ask(t.Context(), k, bad.service, bad.inputs)
				}
				got := onlyError(t, diags)
				if got.Attribute.String() != bad.path {
					t.Errorf("it is at %s, want %s", got.Attribute, bad.path)
				}
				if got.Summary != bad.summary {
					t.Errorf("its summary is %q, want %q", got.Summary, bad.summary)
				}
				checkSays(t, got.Detail, bad.says)
				checkNoSecret(t, b, bad.service, say(diags))
				checkNot(t, say(diags), clitest.Needle{Name: "the password", Value: "fake-password"})
			})
		}
	}
}
