package token

import (
	"io"
	"maps"
	"net/http"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// sent is what a server saw of a request.
type sent struct {
	Method, Path, Query, ContentType, Accept, UserAgent, Authorization, Body string
}

type sentCase struct {
	change func(*Exchange)
	want   sent
}

func sentCases() map[string]sentCase {
	escaped := url.QueryEscape(testSecret)
	return map[string]sentCase{
		"form and client_secret_post": {
			change: func(*Exchange) {},
			want: sent{
				ContentType: "application/x-www-form-urlencoded",
				Body:        "client_id=test-client&client_secret=" + escaped + "&grant_type=client_credentials",
			},
		},
		"several values of a field, empty ones left out": {
			change: func(x *Exchange) {
				x.Request.Auth = nil
				x.Request.Form = NewForm(map[string]string{"scope": "a b", "audience": ""})
				x.Request.Form["resource"] = []said.Secret{said.NewSecret("https://one"), said.NewSecret("two")}
			},
			want: sent{
				ContentType: "application/x-www-form-urlencoded",
				Body:        "resource=https%3A%2F%2Fone&resource=two&scope=a+b",
			},
		},
		"JSON": {
			change: func(x *Exchange) {
				x.Request.Auth, x.Request.Form = nil, nil
				x.Request.ContentType = ContentTypeJSON
				x.Request.Body = JSONBody(map[string]string{"clientSecret": testSecret, "clientId": testID})
			},
			want: sent{
				ContentType: "application/json",
				Body:        `{"clientId":"test-client","clientSecret":"s3cr3t/+\"\u0026=:%ü"}`,
			},
		},
	}
}

// sentAsJSON are requests whose form is sent as JSON, and what comes with them.
func sentAsJSON() map[string]sentCase {
	return map[string]sentCase{
		"a form as JSON, with the client in it": {
			change: func(x *Exchange) {
				x.Request.AsJSON = true
				x.Request.Form["scope"] = []said.Secret{said.NewSecret("a b")}
				x.Request.Form["resource"], x.Request.Form["empty"] = []said.Secret{said.NewSecret("https://one"), said.NewSecret("two")}, []said.Secret{{}}
			},
			want: sent{
				ContentType: "application/json",
				Body: `{"client_id":"test-client","client_secret":"s3cr3t/+\"\u0026=:%ü","empty":"","grant_type":"client_credentials",` +
					`"resource":["https://one","two"],"scope":"a b"}`,
			},
		},
		"a form as JSON, with an assertion and a source": {
			change: func(x *Exchange) {
				x.Request.AsJSON = true
				x.Request.Auth = ClientAssertion{ID: testID, Assertion: source.Value{Secret: said.NewSecret("fake-assertion")}}
				x.Request.Sources = map[string]source.Source{"subject_token": source.Value{Secret: said.NewSecret(`fake "token"`)}}
			},
			want: sent{
				ContentType: "application/json",
				Body: `{"client_assertion":"fake-assertion","client_assertion_type":"urn:ietf:params:oauth:client-assertion-type:jwt-bearer","client_id":"test-client",` +
					`"grant_type":"client_credentials","subject_token":"fake \"token\""}`,
			},
		},
		"a form as JSON, with Basic": {
			change: func(x *Exchange) {
				x.Request.AsJSON = true
				x.Request.Auth = ClientSecretBasic{ID: "a", Secret: said.NewSecret("b")}
			},
			want: sent{ContentType: "application/json", Authorization: "Basic YTpi", Body: `{"grant_type":"client_credentials"}`},
		},
		// RFC 6749, section 2.3.1: form-encoded before base64.
		"client_secret_basic, form": {
			change: func(x *Exchange) {
				x.Request.Auth = ClientSecretBasic{ID: "a client", Secret: said.NewSecret("a+b/c:d%&=\"ü")}
			},
			want: sent{
				ContentType:   "application/x-www-form-urlencoded",
				Authorization: "Basic YStjbGllbnQ6YSUyQmIlMkZjJTNBZCUyNSUyNiUzRCUyMiVDMyVCQw==",
				Body:          "grant_type=client_credentials",
			},
		},
		"client_secret_basic, raw": {
			change: func(x *Exchange) {
				x.Request.Auth = ClientSecretBasic{ID: "a client", Secret: said.NewSecret("a+b/c:d%&=\"ü"), Raw: true}
			},
			want: sent{
				ContentType:   "application/x-www-form-urlencoded",
				Authorization: "Basic YSBjbGllbnQ6YStiL2M6ZCUmPSLDvA==",
				Body:          "grant_type=client_credentials",
			},
		},
		"headers replace the default ones": {
			change: func(x *Exchange) {
				x.Request.Auth, x.Request.Form = nil, nil
				x.Request.Headers = map[string]said.Secret{"Accept": said.NewSecret("application/vnd.acme+json"), "User-Agent": said.NewSecret("acme/1")}
			},
			want: sent{Accept: "application/vnd.acme+json", UserAgent: "acme/1"},
		},
	}
}

func queryCases() map[string]sentCase {
	return map[string]sentCase{
		"a query, behind the one that is written": {
			change: func(x *Exchange) {
				x.Request.URL += "?z=%2f&a"
				x.Request.Query = secretMap(map[string]string{"key": testSecret})
				x.Request.Auth, x.Request.Form = nil, nil
			},
			want: sent{Query: "z=%2f&a&key=" + url.QueryEscape(testSecret)},
		},
		"a query that is written alone": {
			change: func(x *Exchange) {
				x.Request.URL += "?z=%2f&a"
				x.Request.Auth, x.Request.Form = nil, nil
			},
			want: sent{Query: "z=%2f&a"},
		},
	}
}

func TestRequestAsSent(t *testing.T) {
	t.Parallel()
	cases := sentCases()
	maps.Copy(cases, sentAsJSON())
	maps.Copy(cases, queryCases())
	tokentest.Each(t, cases, func(t *testing.T, tc sentCase) {
		var got sent
		endpoint, _ := tokentest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			got = sent{
				r.Method, r.URL.EscapedPath(), r.URL.RawQuery, r.Header.Get("Content-Type"), r.Header.Get("Accept"),
				r.UserAgent(), r.Header.Get("Authorization"), string(body),
			}
			if r.ContentLength != int64(len(body)) { // some servers take no body in chunks
				t.Errorf("Content-Length is %d of %d", r.ContentLength, len(body))
			}
			tokentest.AnswerWith(http.StatusOK, "application/json", goodAnswer)(w, r)
		})
		x := testExchange(endpoint + "/a%2Fb/")
		tc.change(x)
		if _, err := do(t, newTestClient(t, quickTransport()), x); err != nil {
			t.Fatal(err)
		}
		tc.want.Method, tc.want.Path = http.MethodPost, "/a%2Fb/"
		if tc.want.UserAgent == "" {
			tc.want.UserAgent = "test/1"
		}
		if tc.want.Accept == "" {
			tc.want.Accept = "application/json"
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Error(diff)
		}
	})
}

// A token that is not read from JSON may come with a body of any type, unless something
// else is read from JSON.
func TestAccept(t *testing.T) {
	t.Parallel()
	path, js := answer.MustPath, ContentTypeJSON
	type row struct {
		response  Response
		set, want string
	}
	tokentest.Each(t, map[string]row{
		"JSON":                                {Response{Token: path("a")}, "", js},
		"the whole body":                      {Response{Token: path("body:")}, "", "*/*"},
		"the whole body, with a type":         {Response{Token: path("body:")}, "application/jwt", "application/jwt"},
		"an expression":                       {Response{Token: path("regex:.*"), Error: path("message")}, "", "*/*"},
		"a cookie":                            {Response{Token: path("cookie:sid"), Success: path("regex:.*")}, "", "*/*"},
		"a header":                            {Response{Token: path("header:X-Token")}, "", "*/*"},
		"a header, and a lifetime in JSON":    {Response{Token: path("header:X-Token"), ExpiresIn: path("ttl")}, "", js},
		"a cookie, and an output in JSON":     {Response{Token: path("cookie:sid"), Outputs: map[string]Path{"a": path("b")}}, "", js},
		"a cookie, and a success by JMESPath": {Response{Token: path("cookie:sid"), Success: path("ok")}, "", js},
	}, func(t *testing.T, tc row) {
		var got string
		endpoint, _ := tokentest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
			got = r.Header.Get("Accept")
			tokentest.AnswerWith(http.StatusOK, "text/plain", "tok-1")(w, r)
		})
		x := testExchange(endpoint)
		x.Response = tc.response
		if tc.set != "" {
			x.Request.Headers = secretMap(map[string]string{"accept": tc.set})
		}
		_, _ = do(t, newTestClient(t, quickTransport()), x) // most of them find no token
		if got != tc.want {
			t.Errorf("Accept is %q", got)
		}
	})
}

// The host that a request is for may be another than the one that is asked for it,
// where a tunnel or a private address leads there.
func TestHostHeader(t *testing.T) {
	t.Parallel()
	var got string
	endpoint, _ := tokentest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.Host
		tokentest.AnswerWith(http.StatusOK, "application/json", goodAnswer)(w, r)
	})
	x := testExchange(endpoint)
	x.Request.Headers = map[string]said.Secret{"host": said.NewSecret("auth.example.com")}
	if _, err := do(t, newTestClient(t, quickTransport()), x); err != nil {
		t.Fatal(err)
	}
	if got != "auth.example.com" {
		t.Errorf("the host is %q", got)
	}
}
