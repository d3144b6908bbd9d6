package acceptance

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// echoes are the forms in which the mirror repeats what it is sent, and the kind
// of block that asks there.
func echoes() map[string]string {
	return map[string]string{"raw": "data", "escaped": "ephemeral", "base64": "data"}
}

// Every set is refused, with all that it sent in the message, in each form; and
// what else can go wrong between the provider and an endpoint that knows the
// secrets does: it redirects, calls itself by a secret, gives a token where none
// is looked for, does not let itself be trusted, and refuses to revoke.
func testSecrecyRepeated(l *sandboxLab) {
	log, m := l.talkative(), newMirror(l)
	proxy := newProxy(l)
	secrets, issued := l.makeUp("proxy", "old"), m.renew()
	m.issuer = secrets[slices.IndexFunc(secrets, func(n clitest.Needle) bool { return n.Name == "made-up old" })].Value
	sets := slices.Concat(oauth2Sets(), customSets())
	parts := []string{l.head(""), madeUpVariable}
	for form, kind := range echoes() {
		parts = append(parts, providerBlock(form, hurried+"\n"+setBlocks(sets, func(s madeUpSet) string {
			return m.url + "/" + form + "/" + s.service + "/" + s.name
		})), all(kind, "oauth2", form, form, sets, ""), all(kind, "custom", form, form, sets, ""))
	}
	others, revoked := otherFailures(m), revocations(m)
	parts = append(parts, providerBlock("others", hurried+"\n"+setBlocks(slices.Concat(others, revoked), func(s madeUpSet) string { return s.at })),
		all("data", "oauth2", "others", "others", others, ""), all("data", "custom", "others", "others", others, ""),
		all("ephemeral", "oauth2", "others", "revoked", revoked, "revoke_on_close = true"),
		all("ephemeral", "custom", "others", "revoked", revoked, "revoke_on_close = true"),
		providerBlock("proxied", `transport = { max_retries = 0, proxy_url = "http://user:${replace(urlencode(`+of("proxy")+`), "+", "%20")}@`+proxy.host+`" }
  oauth2 = { only = { token_url = "http://auth.invalid/token", allow_http = true, client_id = "id", client_secret = `+of("basic")+` } }`),
		"data \"apitoken_oauth2\" \"proxied\" {\n  provider = apitoken.proxied\n}\n")
	l.Configure(parts...)
	result := l.Run("plan")
	if result.Code != 1 || strings.Count(result.Stderr, "(sensitive)") < 3*len(sets) {
		l.T.Errorf("ended with %d, and %d secrets were taken out", result.Code, strings.Count(result.Stderr, "(sensitive)"))
	}
	for _, says := range []string{"redirects to", "another issuer", "No token in the response", "signed its certificate", "Token not revoked", "no way for"} {
		if !strings.Contains(strings.Join(strings.Fields(strings.ReplaceAll(result.Stdout+result.Stderr, "│", "")), " "), says) {
			l.T.Errorf("the run does not say %q", says)
		}
	}
	for form := range echoes() {
		for _, set := range sets {
			if path := "/" + form + "/" + set.service + "/" + set.name; m.asked(path) != 1 {
				l.T.Errorf("%s was asked %d times", path, m.asked(path))
			}
		}
	}
	l.checkLog(log)
	m.record.WriteString(proxy.said())
	seen := append(m.needles(secrets), issued...)
	m.checkFindable(l, slices.Concat(sentOf(secrets), seen))
	l.MustNotHold(slices.Concat(secrets, seen)...)
	l.checkNoMessages()
}

// otherFailures are sets that fail by themselves.
func otherFailures(m *mirror) []madeUpSet {
	set := func(name, at, where string) madeUpSet {
		return madeUpSet{
			service: "oauth2", name: name, at: at,
			hcl: where + ` = %s, client_id = "id", client_auth = "client_secret_post", client_secret = ` + of("old"),
		}
	}
	return []madeUpSet{
		set("moved", m.url+"/moved/oauth2", "token_url"),
		set("bare", m.url+"/bare/oauth2", "token_url"),
		set("issuer", m.url+"/issuer", "issuer"),
		set("tls", m.tls+"/good/tls", "token_url"),
		{
			service: "custom", name: "bare", at: m.url + "/bare/custom",
			hcl: `request = { url = %s, json = jsonencode({ secret = ` + of("old") + ` }) }, ` + customAnswer,
		},
	}
}

// revocations are sets whose token is good and cannot be revoked.
func revocations(m *mirror) []madeUpSet {
	good := m.url + "/good/revoked"
	return []madeUpSet{
		{
			service: "oauth2", name: "revoked", at: good,
			hcl: `token_url = %s, client_id = "id", client_secret = ` + of("old") + `, revocation_url = ` + strconv.Quote(m.url+"/raw/revoke"),
		},
		{
			service: "custom", name: "revoked", at: good,
			hcl: `request = { url = %s, form = { secret = ` + of("old") + ` } }, ` + customAnswer + `,
      revoke = { url = ` + strconv.Quote(m.url+"/raw/end/{session}") + `, form = { token = "{token}" }, query = { renewal = "{renewal}" } }`,
		},
	}
}

// repeatingProxy is a proxy that repeats its password in a message.
type repeatingProxy struct {
	host string
	said func() string
}

func newProxy(l *sandboxLab) repeatingProxy {
	l.T.Helper()
	heard := make(chan string, 10)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		basic := strings.TrimPrefix(r.Header.Get("Proxy-Authorization"), "Basic ")
		plain, err := base64.StdEncoding.DecodeString(basic)
		if err != nil {
			plain = []byte(err.Error())
		}
		heard <- string(plain)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusForbidden)
		message := map[string]string{"message": "no way for " + basic + " which is " + string(plain)}
		_ = json.NewEncoder(w).Encode(message) // the client may be gone
	}))
	l.T.Cleanup(web.Close)
	address := clitest.Must(url.Parse(web.URL))(l.T)
	return repeatingProxy{address.Host, func() string {
		select {
		case plain := <-heard:
			return plain
		default:
			return ""
		}
	}}
}
