package provider_test

import (
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
)

// What the endpoint answers to a revocation says whether the token was revoked.
func TestRevocationAnswers(t *testing.T) {
	noEnvironment(t)
	to := func(location string) http.Header { return http.Header{"Location": {location}} }
	for name, c := range map[string]struct {
		path string // of the revocation, which is a GET if it ends in ?get
		page page
		says []string // in the warning; nil: there is none
	}{
		"nothing":              {"/end", page{204, nil, ""}, nil},
		"a page":               {"/end", page{200, http.Header{"Content-Type": {"text/html"}}, "<html>Bye</html>"}, nil},
		"JSON-RPC":             {"/end", page{200, nil, `{"jsonrpc":"2.0","result":true,"error":null,"id":1}`}, nil},
		"an error of JSON-RPC": {"/end", page{200, nil, `{"jsonrpc":"2.0","error":{"code":-32602,"message":"Session ended."},"id":1}`}, []string{"Session ended."}},
		"an error of OAuth":    {"/end", page{200, nil, `{"error":"invalid_request"}`}, []string{"invalid_request"}},
		"an error of a number": {"/end", page{200, nil, `{"error":5}`}, []string{"HTTP 200"}},
		"no error":             {"/end", page{200, nil, `{"error":0,"errors":[],"success":true}`}, nil},
		"no success":           {"/end", page{200, nil, `{"success":false}`}, []string{"HTTP 200"}},
		"a result that failed": {"/end", page{200, nil, `{"result":[{"status":{"code":-11,"message":"No permission"}}]}`}, []string{"No permission"}},
		"a result":             {"/end", page{200, nil, `{"result":[{"status":{"code":0,"message":"OK"}}]}`}, nil},
		"to the login page":    {"/end", page{302, to("/login"), ""}, nil},
		"to it, with GET":      {"/end?get", page{302, to("/login"), ""}, nil},
		"to a page, 303":       {"/end/{token}", page{303, to("login?bye"), ""}, nil},
		"only a slash":         {"/end", page{302, to("/end/"), ""}, []string{"it redirects within its host"}},
		"moved for good":       {"/end", page{301, to("/login"), ""}, []string{"it redirects within its host"}},
		"to another host":      {"/end", page{302, to("https://other.example.com/"), ""}, []string{"it redirects to https://other.example.com"}},
		"not found":            {"/end/{token}", page{404, nil, ""}, []string{"/end/{token}; no body.", "A value in a URL is escaped", "from the header Location", "Check revoke.url"}},
		"not found, no value":  {"/end", page{404, nil, ""}, []string{"There is no revocation endpoint at this address. Check revoke.url. The token stays"}},
	} {
		t.Run(name, func(t *testing.T) {
			web := newWeb(t, loggingOut(c.page))
			revoke := object{"url": web.URL + c.path}
			if !strings.Contains(c.path, "{") {
				revoke["headers"] = object{"X-Token": "{token}"}
			}
			if strings.HasSuffix(c.path, "?get") {
				revoke["method"] = "GET"
			}
			diags := closed(t, object{"request": object{"url": web.URL + "/token"}, "response": object{"token": "token"}, "revoke": revoke})
			if c.says == nil {
				if len(diags) > 0 {
					t.Error(say(diags))
				}
				return
			}
			checkSays(t, warned(t, diags, "Token not revoked").Detail, c.says)
		})
	}
}

// loggingOut returns a handler of a login, of a page that wants one, and of the page, which
// is the answer to everything else.
func loggingOut(answer page) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/token", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"token":"fake-zebra-71"}`) })
	mux.HandleFunc("/login", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		maps.Copy(w.Header(), answer.header)
		w.WriteHeader(answer.status)
		_, _ = io.WriteString(w, answer.body)
	})
	return mux
}
