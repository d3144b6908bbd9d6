package diagnostic

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

func TestOutputsInHeaders(t *testing.T) {
	t.Parallel()
	const body = `{"access_token":"tok-1","org":{"id":7},"shop":"s {token} {region}","region":"eu","list":["a","b"],"no":null}`
	for name, tc := range map[string]struct {
		outputs map[string]answer.Path
		headers map[string]string
		want    map[string]string
		token   string // the header that carries the token
	}{
		"one header":                 {nil, map[string]string{"Authorization": "Bearer {token}"}, map[string]string{"Authorization": "Bearer tok-1"}, "Authorization"},
		"an output in another":       {map[string]answer.Path{"region": answer.MustPath("region")}, map[string]string{"X-Key": "{token}", "X-Region": "{region}"}, map[string]string{"X-Key": "tok-1", "X-Region": "eu"}, "X-Key"},
		"a number":                   {map[string]answer.Path{"org": answer.MustPath("org.id")}, map[string]string{"A": "{token}", "B": "org-{org}"}, map[string]string{"A": "tok-1", "B": "org-7"}, "A"},
		"a list is JSON":             {map[string]answer.Path{"list": answer.MustPath("list")}, map[string]string{"A": "{token}", "B": "{list}"}, map[string]string{"A": "tok-1", "B": `["a","b"]`}, "A"},
		"a header of the response":   {map[string]answer.Path{"id": answer.MustPath("header:X-Id")}, map[string]string{"A": "{token}", "B": "{id}{id}"}, map[string]string{"A": "tok-1", "B": "77"}, "A"},
		"beside the token":           {map[string]answer.Path{"region": answer.MustPath("region")}, map[string]string{"A": "{region}:{token}"}, map[string]string{"A": "eu:tok-1"}, "A"},
		"what is filled in is final": {map[string]answer.Path{"shop": answer.MustPath("shop"), "region": answer.MustPath("region")}, map[string]string{"A": "{token}", "B": "{shop}"}, map[string]string{"A": "tok-1", "B": "s {token} {region}"}, "A"},
		"no output, no place":        {nil, map[string]string{"A": "{token}", "B": "{region} {"}, map[string]string{"A": "tok-1", "B": "{region} {"}, "A"},
		"an output named token":      {map[string]answer.Path{"token": answer.MustPath("region")}, map[string]string{"A": "{token}"}, map[string]string{"A": "tok-1"}, "A"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := testExchange(tokenURL)
			x.Headers, x.Response.Outputs = secretMap(tc.headers), tc.outputs
			a := newAnswer(x, http.StatusOK, http.Header{"X-Id": {"7"}}, []byte(body), time.Unix(1_800_000_000, 0))
			got, err := read(x, a)
			if err != nil {
				t.Fatal(err)
			}
			headers := map[string]string{}
			for name, value := range got.Headers {
				headers[name] = value.Reveal()
			}
			if diff := cmp.Diff(tc.want, headers); diff != "" {
				t.Error(diff)
			}
			if got.HeaderName != tc.token {
				t.Errorf("the token's header = %q", got.HeaderName)
			}
		})
	}
}

func TestOutputs(t *testing.T) {
	t.Parallel()
	x := testExchange(tokenURL)
	x.Response.Outputs = map[string]answer.Path{"a": answer.MustPath("a"), "empty": answer.MustPath("empty"), "null": answer.MustPath("null"), "none": answer.MustPath("none"), "header": answer.MustPath("header:X-None"), "deep": answer.MustPath("deep.x[1]")}
	got, err := readAnswer(x, http.StatusOK, "application/json", `{"access_token":"t","a":"ü\n","empty":"","null":null,"deep":{"x":[1,true]}}`)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	for name, value := range got.Outputs {
		values[name] = value.Reveal()
	}
	if diff := cmp.Diff(map[string]string{"a": "ü\n", "empty": "", "deep": "true"}, values); diff != "" {
		t.Error(diff)
	}
}

// A scope may come as a list; an output that is one is JSON.
func TestScopeThatIsAList(t *testing.T) {
	t.Parallel()
	for scope, want := range map[string]string{
		`["read","write"]`: "read write", `"read write"`: "read write", `[]`: "", `["read"]`: "read", `["read",1]`: `["read",1]`, `7`: "7", `{"a":1}`: `{"a":1}`,
	} {
		x := testExchange(tokenURL)
		x.Response.Outputs = map[string]answer.Path{"list": answer.MustPath("scope")}
		got, err := readAnswer(x, http.StatusOK, "application/json", `{"access_token":"t","scope":`+scope+`}`)
		if err != nil || got.Fields["scope"].Reveal() != want {
			t.Errorf("%s is %q, %v", scope, got.Fields["scope"].Reveal(), err)
		}
		if output := got.Outputs["list"].Reveal(); output != strings.Trim(scope, `"`) {
			t.Errorf("the output is %s", output)
		}
	}
}

// An answer cannot add a header of its own.
func TestOutputsUnfitForHeaders(t *testing.T) {
	t.Parallel()
	tokentest.Each(t, map[string]string{
		"a line break": `{"access_token":"tok-1","shop":"hush\r\nX-Evil: 1"}`,
		"no ASCII":     `{"access_token":"tok-1","shop":"hüsh"}`,
	}, func(t *testing.T, body string) {
		x := testExchange(tokenURL)
		x.Response.Outputs = map[string]answer.Path{"shop": answer.MustPath("shop")}
		x.Headers["X-Shop"] = said.NewSecret("id={shop}")
		_, err := readAnswer(x, http.StatusOK, "application/json", body)
		e := wantError(t, err, token.KindHeader)
		if !strings.Contains(e.Problem, "X-Shop") || strings.Contains(e.Error(), "Evil") || strings.Contains(e.Error(), "h\u00fcsh") {
			t.Errorf("error = %v", err)
		}
	})
}

func TestDefaultTTL(t *testing.T) {
	t.Parallel()
	sent := time.Unix(1_800_000_000, 0)
	jwt := testkeys.JWT(t, map[string]any{"exp": sent.Unix() + 60})
	type row struct {
		body string
		want time.Duration
	}
	tokentest.Each(t, map[string]row{
		"no lifetime":              {`{"access_token":"t"}`, 20 * time.Minute},
		"a lifetime of 0":          {`{"access_token":"t","expires_in":0}`, 20 * time.Minute},
		"a shorter lifetime":       {`{"access_token":"t","expires_in":300}`, 5 * time.Minute},
		"a longer lifetime":        {`{"access_token":"t","expires_in":3600}`, time.Hour},
		"a JWT that tells its end": {`{"access_token":"` + jwt + `"}`, time.Minute},
	}, func(t *testing.T, tc row) {
		x := testExchange(tokenURL)
		x.DefaultTTL = 20 * time.Minute
		got, err := read(x, newAnswer(x, http.StatusOK, nil, []byte(tc.body), sent))
		if err != nil {
			t.Fatal(err)
		}
		if lifetime, known := got.Lifetime(); !known || lifetime != tc.want {
			t.Errorf("lifetime = %s, known %t, want %s", lifetime, known, tc.want)
		}
	})
}

// A token in a header needs no JSON body.
func TestTokenHeader(t *testing.T) {
	r := token.Response{Token: answer.MustPath("header:X-Subject-Token"), ExpiresAt: answer.MustPath("token.expires_at")}
	for body, expires := range map[string]bool{
		`{"token":{"expires_at":"2030-01-01T00:00:00.000000Z"}}`: true, "": false, "<html>": false, "[": false,
	} {
		issued, err := readFixed(t, r, http.Header{"X-Subject-Token": {"tok-1"}}, body)
		if err != nil || issued.AccessToken.Reveal() != "tok-1" || issued.ExpiresAt.IsZero() == expires {
			t.Errorf("%q: %v", body, err)
		}
	}
	_, err := readFixed(t, r, http.Header{}, "{}")
	if e := wantError(t, err, token.KindAnswer); !strings.Contains(e.Problem, `there is no header "X-Subject-Token"`) {
		t.Errorf("it says %q", e.Problem)
	}
}
