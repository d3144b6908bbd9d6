package provider_test

import (
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// page is a response of an appliance.
type page struct {
	status int
	header http.Header
	body   string
}

// serve serves the page at every path, and returns its URL and the requests of the last
// token: method, path and Accept.
func (p page) serve(t *testing.T) (url string, asked *[]string) {
	t.Helper()
	asked = new([]string)
	web := newWeb(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		*asked = append(*asked, r.Method+" "+r.URL.Path+" "+r.Header.Get("Accept"))
		maps.Copy(w.Header(), p.header)
		w.WriteHeader(p.status)
		_, _ = io.WriteString(w, p.body)
	}))
	return web.URL, asked
}

// token returns the token of a set of custom that reads the page.
func (p page) token(t *testing.T, k kind, response object) (got string, outputs map[string]string, asked []string, diags []*tfprotov6.Diagnostic) {
	t.Helper()
	url, requests := p.serve(t)
	set := object{"request": object{"url": url + "/login"}, "response": response}
	values, diags := configured(t, object{"custom": object{"shop": set}, "transport": object{"max_retries": 1, "retry_max_wait": "1ms"}}).ask(t.Context(), k, "custom", nil)
	if len(diags) > 0 {
		return "", nil, *requests, diags
	}
	outputs = map[string]string{}
	if !values["outputs"].IsNull() {
		outputs = entries(t, values["outputs"])
	}
	return text(t, values["access_token"]), outputs, *requests, nil
}

// entries returns the entries of a map of strings.
func entries(t *testing.T, value tftypes.Value) map[string]string {
	t.Helper()
	found, values := map[string]string{}, map[string]tftypes.Value{}
	if err := value.As(&values); err != nil {
		t.Fatal(err)
	}
	for name, value := range values {
		found[name] = text(t, value)
	}
	return found
}

func cookies(lines ...string) http.Header {
	return http.Header{"Set-Cookie": lines, "Content-Type": {"text/html"}}
}

// Tokens come in headers, cookies and bodies of any type.
func TestTokenPaths(t *testing.T) {
	noEnvironment(t)
	const keygen = "<response status = 'success'><result><key>fake-key&amp;1==</key></result></response>"
	xml := http.Header{"Content-Type": {"application/xml"}}
	moved := cookies("BIGipAuth=fake-session; path=/", "BIGipAuth=deleted; path=/old; expires=Thu, 01-Jan-1970 00:00:00 GMT")
	moved.Set("Location", "/ui/")
	for name, tc := range map[string]struct {
		page     page
		response object
		want     string
		accept   string
		outputs  map[string]string
	}{
		"a header": {page{200, http.Header{"X-Token": {"fake-token"}}, ""}, object{"token": "header:X-Token"}, "fake-token", "*/*", nil},
		"a cookie beside JSON": {
			page{200, cookies("APIC-cookie=fake-session; Path=/"), `{"ttl":600,"node":{"id":7}}`},
			object{"token": "cookie:APIC-cookie", "expires_in": "ttl", "outputs": object{"node": "node", "again": "cookie:APIC-cookie"}},
			"fake-session", "application/json",
			map[string]string{"node": `{"id":7}`, "again": "fake-session"},
		},
		"a cookie, and an empty body":         {page{200, cookies(`JSESSIONID="fake-session"; Path=/`), ""}, object{"token": "cookie:JSESSIONID", "success": "regex:^$"}, "fake-session", "*/*", nil},
		"a cookie of a 204":                   {page{204, cookies("sid=fake-session"), ""}, object{"token": "cookie:sid"}, "fake-session", "*/*", nil},
		"the body":                            {page{200, http.Header{"Content-Type": {"text/plain"}}, " fake-token\n"}, object{"token": "body:"}, "fake-token", "*/*", nil},
		"an expression over XML":              {page{200, xml, keygen}, object{"token": "regex:<key>(.*?)</key>", "success": `regex:status *= *'success'`, "outputs": object{"status": `regex:status\s*=\s*'(\w+)'`}}, "fake-key&1==", "*/*", map[string]string{"status": "success"}},
		"an expression over a page":           {page{200, cookies(), `<html><input name="csrf" value="fake-token"></html>`}, object{"token": `regex:name="csrf" value="([^"]*)"`}, "fake-token", "*/*", nil},
		"an expression over JSON":             {page{200, nil, `{"token":"fake-token"}`}, object{"token": `regex:"token":"([^"]*)"`}, "fake-token", "*/*", nil},
		"a redirect":                          {page{302, moved, "<html>"}, object{"token": "cookie:BIGipAuth", "success_statuses": []any{302}, "outputs": object{"to": "header:Location"}}, "fake-session", "*/*", map[string]string{"to": "/ui/"}},
		"a status of a refusal, not repeated": {page{503, cookies("sid=fake-session"), ""}, object{"token": "cookie:sid", "success_statuses": []any{503}}, "fake-session", "*/*", nil},
		"a 401 with a challenge":              {page{401, http.Header{"X-Challenge": {"fake-nonce"}}, "no"}, object{"token": "header:X-Challenge", "success_statuses": []any{401}}, "fake-nonce", "*/*", nil},
	} {
		for _, k := range kinds() {
			got, outputs, asked, diags := tc.page.token(t, k, tc.response)
			if len(diags) > 0 || got != tc.want {
				t.Errorf("%s, %s: the token is %q:\n%s", name, k, got, say(diags))
			}
			if len(asked) != 1 || asked[0] != "POST /login "+tc.accept {
				t.Errorf("%s, %s: it was asked %q", name, k, asked)
			}
			for output, want := range tc.outputs {
				if outputs[output] != want {
					t.Errorf("%s, %s: the output %s is %q", name, k, output, outputs[output])
				}
			}
		}
	}
}

// missed is a page without a token where a set says that it is, and what the error says.
type missed struct {
	page     page
	response object
	summary  string
	says     []string
}

func missedTokens() map[string]missed {
	xml := http.Header{"Content-Type": {"application/xml"}}
	return map[string]missed{
		"no header": {
			page{200, http.Header{"X-Other": {"fake-private-token"}}, "{}"},
			object{"token": "header:X-Token"},
			"No token in the response",
			[]string{`there is no header "X-Token"`, "The headers are: ", "X-Other", "Compare response with what the endpoint returned"},
		},
		"no cookie": {
			page{200, cookies("lang=fake-private-token", "theme=dark"), "{}"},
			object{"token": "cookie:sid"},
			"No token in the response",
			[]string{`there is no cookie "sid"`, "The cookies are: lang, theme"},
		},
		"no cookies":       {page{200, nil, "{}"}, object{"token": "cookie:sid"}, "No token in the response", []string{`there is no cookie "sid"`, "The response sets no cookie"}},
		"a deleted cookie": {page{200, cookies("sid=fake-private-token; Max-Age=0"), "{}"}, object{"token": "cookie:sid"}, "No token in the response", []string{`the cookie "sid" is empty or has expired`}},
		"XML as the body":  {page{200, xml, "<a>fake-private-token</a>"}, object{"token": "body:"}, "No token in the response", []string{"the response is XML, and not a token by itself"}},
		"no match": {
			page{200, xml, "<a>fake-private-token</a>"},
			object{"token": "regex:<key>(.*)</key>"},
			"No token in the response",
			[]string{`the expression "<key>(.*)</key>" matches nothing in the body, which is XML`},
		},
		"no match in a page": {page{200, cookies(), "<html>fake-private-token</html>"}, object{"token": "regex:<key>"}, "No token in the response", []string{"matches nothing in the body, which is an HTML page"}},
		"an empty match":     {page{200, xml, "<key></key>"}, object{"token": "regex:<key>(.*)</key>"}, "No token in the response", []string{"there is an empty string at"}},
	}
}

func missedSuccesses() map[string]missed {
	const refusal = `<response status="error"><msg>Invalid credentials for fake-user</msg></response>`
	xml, moved := http.Header{"Content-Type": {"application/xml"}}, cookies("sid=fake-private-token")
	moved.Set("Location", "/home")
	return map[string]missed{
		"a refusal in XML": {
			page{403, xml, refusal},
			object{"token": "regex:<key>(.*?)</key>", "error": "regex:<msg>(.*?)</msg>"},
			"Token request refused",
			[]string{"HTTP 403", "The vendor said: Invalid credentials for fake-user"},
		},
		"a success that does not match": {
			page{200, xml, refusal},
			object{"token": "regex:<key>(.*?)</key>", "success": `regex:status="success"`, "error": "regex:<msg>(.*?)</msg>"},
			"Token request refused",
			[]string{"does not match the response", "The vendor said: Invalid credentials", "correct response.success"},
		},
		"a login page": {
			page{200, cookies("JSESSIONID=fake-private-token"), "<html>log in</html>"},
			object{"token": "cookie:JSESSIONID", "success": "regex:^$"},
			"Token request refused",
			[]string{`response.success ("regex:^$") does not match the response`},
		},
		"a success in JSON, and a page": {
			page{200, cookies("sid=fake-private-token"), "<html>log in</html>"},
			object{"token": "cookie:sid", "success": "ok"},
			"Token request refused",
			[]string{`response.success ("ok") is not true for the response`, "correct response.success: the response is an HTML page, not JSON"},
		},
		"another status": {
			page{200, cookies("sid=fake-private-token"), "<html>log in</html>"},
			object{"token": "cookie:sid", "success_statuses": []any{302}},
			"Token request refused",
			[]string{"it answered HTTP 200 OK: response.success_statuses does not list this status", "If the login worked, add 200 to response.success_statuses."},
		},
		"a redirect that is not followed": {
			page{302, moved, ""},
			object{"token": "cookie:sid"},
			"Token endpoint redirects elsewhere",
			[]string{"If this response itself has the token, add 302 to response.success_statuses."},
		},
		"a redirect that is not listed": {page{302, moved, ""}, object{"token": "cookie:sid", "success_statuses": []any{303}}, "Token endpoint redirects elsewhere", []string{"add 302 to response.success_statuses"}},
	}
}

// An error says what is missing, and what there is instead, by names.
func TestNoTokenAtPath(t *testing.T) {
	noEnvironment(t)
	all := missedTokens()
	maps.Copy(all, missedSuccesses())
	for name, tc := range all {
		for _, k := range kinds() {
			_, _, asked, diags := tc.page.token(t, k, tc.response)
			got := onlyError(t, diags)
			if got.Summary != tc.summary || len(asked) != 1 {
				t.Errorf("%s, %s: the summary is %q, and it was asked %q", name, k, got.Summary, asked)
			}
			checkSays(t, got.Detail, tc.says)
			checkNot(t, say(diags), clitest.Needle{Name: "a value", Value: "fake-private-token"})
		}
	}
}

// A missing output is a warning that says what is missing.
func TestMissingOutputAtPath(t *testing.T) {
	noEnvironment(t)
	url, _ := page{200, cookies("sid=fake-session"), "<html>"}.serve(t)
	for path, says := range map[string]string{
		"cookie:csrf":     `outputs.a: there is no cookie "csrf" in the response. The cookies are: sid.`,
		"header:X-Csrf":   `outputs.a: there is no header "X-Csrf" in the response. The headers are: `,
		"regex:csrf=(.*)": `outputs.a: the expression "csrf=(.*)" matches nothing in the body, which is an HTML page.`,
		"body:":           "outputs.a: the body is an HTML page.",
	} {
		set := object{"request": object{"url": url}, "response": object{"token": "cookie:sid", "outputs": object{"a": path}}}
		for _, k := range kinds() {
			_, diags := configured(t, object{"custom": object{"shop": set}}).ask(t.Context(), k, "custom", nil)
			wantWarning(t, diags, says)
			if strings.Contains(say(diags), "||") {
				t.Errorf("%s: it proposes JMESPath: %s", path, say(diags))
			}
		}
	}
}

// A redirect within the host is followed, unless its status is a success.
func TestSuccessThatRedirects(t *testing.T) {
	noEnvironment(t)
	web := newWeb(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/login" {
			w.Header().Set("Set-Cookie", "sid=fake-first")
			http.Redirect(w, r, "/home", http.StatusTemporaryRedirect)
			return
		}
		w.Header().Set("Set-Cookie", "sid=fake-second")
	}))
	for want, response := range map[string]object{
		"fake-second": {"token": "cookie:sid"},
		"fake-first":  {"token": "cookie:sid", "success_statuses": []any{200, 307}},
	} {
		set := object{"request": object{"url": web.URL + "/login"}, "response": response}
		for _, k := range kinds() {
			values, diags := configured(t, object{"custom": object{"shop": set}}).ask(t.Context(), k, "custom", nil)
			if len(diags) > 0 || text(t, values["access_token"]) != want {
				t.Errorf("%s: %s", want, say(diags))
			}
		}
	}
}

// The statuses of a success are those of a login: a revocation is confirmed by any 2xx.
func TestSuccessStatusesAndRevocation(t *testing.T) {
	noEnvironment(t)
	for status, fails := range map[int]bool{http.StatusNoContent: false, http.StatusFound: true, http.StatusForbidden: true} {
		web := newWeb(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/login" {
				w.Header().Set("Set-Cookie", "sid=fake-session")
				w.Header().Set("Location", "/home")
				w.WriteHeader(http.StatusFound)
				return
			}
			w.Header().Set("Location", "https://elsewhere.example.com/")
			w.WriteHeader(status)
		}))
		set := object{
			"request": object{"url": web.URL + "/login"}, "response": object{"token": "cookie:sid", "success_statuses": []any{302, 403}},
			"revoke": object{"url": web.URL + "/logout", "headers": object{"Cookie": "sid={token}"}},
		}
		if diags := closed(t, set); len(diags) > 0 != fails {
			t.Errorf("%d: %s", status, say(diags))
		}
	}
}

// A message cannot repeat a cookie or what an expression matches, in a refusal either.
func TestPathsAreSecret(t *testing.T) {
	noEnvironment(t)
	const secret = "fakezebra99quokka" //nolint:gosec // made up
	xml := http.Header{"Content-Type": {"application/xml"}}
	withCookie := cookies(`sid="` + secret + `"; Path=/`)
	withCookie.Set("Content-Type", "application/json")
	for name, tc := range map[string]struct {
		page     page
		response object
	}{
		"a cookie":           {page{403, withCookie, `{"message":"session ` + secret + ` is closed"}`}, object{"token": "cookie:sid"}},
		"another cookie":     {page{403, withCookie, `{"message":"session ` + secret + ` is closed"}`}, object{"token": "token"}},
		"a header":           {page{403, http.Header{"X-Token": {secret}, "Content-Type": {"text/plain"}}, "session " + secret + " is closed"}, object{"token": "header:X-Token"}},
		"a match":            {page{403, xml, "<r><key>" + secret + "</key><message>session " + secret + " is closed</message></r>"}, object{"token": "regex:<key>(.*?)</key>"}},
		"a match of success": {page{200, xml, "<r><key>" + secret + "</key><message>session " + secret + " is closed</message></r>"}, object{"token": "regex:<key>(.*?)</key>", "success": "regex:OK", "error": "regex:<message>(.*?)</message>"}},
		"an output":          {page{403, xml, "<r><id>" + secret + "</id><message>session " + secret + " is closed</message></r>"}, object{"token": "regex:<key>(.*?)</key>", "outputs": object{"session": "regex:<id>(.*?)</id>"}}},
	} {
		for _, k := range kinds() {
			_, _, _, diags := tc.page.token(t, k, tc.response)
			checkSays(t, onlyError(t, diags).Detail, []string{"The vendor said: session", "is closed"})
			if strings.Contains(say(diags), secret) {
				t.Errorf("%s: %s", name, say(diags))
			}
		}
	}
}
