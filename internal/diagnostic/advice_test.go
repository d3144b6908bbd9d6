package diagnostic

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

func TestAdviceOfErrorCodes(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for code, words := range map[string][]string{
		"invalid_request":        {"parameter", "scopes", "client_auth"},
		"invalid_client":         {"client_id", "client_auth", "lock the account"},
		"invalid_grant":          {"refresh token", "assertion", "expired"},
		"unauthorized_client":    {"grant"},
		"unsupported_grant_type": {"grant", "token_url"},
		"invalid_scope":          {"scopes"},
		"invalid_target":         {"audience", "resources"},
		"invalid_dpop_proof":     {"DPoP", "vendor"},
	} {
		for _, status := range []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden} {
			if code == "unauthorized_client" && status == http.StatusUnauthorized {
				continue // which is about the client, and not about the grant
			}
			_, err := readAnswer(testExchange(tokenURL), status, "application/json", `{"error":"`+code+`"}`)
			e := wantError(t, err, token.KindRefused)
			if other, ok := seen[e.Advice]; ok && other != code || e.Advice == generalAdvice(status) {
				t.Errorf("the advice for %s is no own one: %s", code, e.Advice)
			}
			seen[e.Advice] = code
			wantSaid(t, e.Advice, words, nil)
		}
	}
}

func TestAdviceOrder(t *testing.T) {
	t.Parallel()
	vendor := map[int]string{http.StatusBadRequest: "Ask the vendor's own way."}
	type row struct {
		vendor map[int]string
		status int
		body   string
		want   string
	}
	tokentest.Each(t, map[string]row{
		"the vendor's table before the code": {vendor, http.StatusBadRequest, `{"error":"invalid_grant"}`, "Ask the vendor's own way."},
		"the code where the table is silent": {vendor, http.StatusUnauthorized, `{"error":"invalid_grant"}`, codeAdvice["invalid_grant"]},
		"the status where the code is not known": {
			vendor, http.StatusUnauthorized, `{"error":"made_up"}`, generalAdvice(http.StatusUnauthorized),
		},
		"the status where there is no code":    {nil, http.StatusForbidden, `{}`, generalAdvice(http.StatusForbidden)},
		"a code within the error":              {nil, http.StatusBadRequest, `{"error":{"code":"invalid_grant"}}`, codeAdvice["invalid_grant"]},
		"a code of FastAPI":                    {nil, http.StatusBadRequest, `{"detail":{"error":"invalid_scope"}}`, "No scope was sent. Set scopes."},
		"a code in another case":               {nil, http.StatusBadRequest, `{"ErrorCode":"INVALID_GRANT"}`, codeAdvice["invalid_grant"]},
		"a code of a form":                     {nil, http.StatusBadRequest, `error=invalid_grant&error_description=no+such+grant`, codeAdvice["invalid_grant"]},
		"a code of a success without a token":  {nil, http.StatusOK, `{"error":"invalid_grant"}`, codeAdvice["invalid_grant"]},
		"the status where the code is no text": {nil, http.StatusBadRequest, `{"error":{"code":7}}`, generalAdvice(http.StatusBadRequest)},
		"a request that is not valid":          {nil, http.StatusUnprocessableEntity, `{}`, generalAdvice(http.StatusUnprocessableEntity)},
		"a code without JSON":                  {nil, http.StatusBadRequest, "invalid_grant\n", codeAdvice["invalid_grant"]},
		"a code as JSON":                       {nil, http.StatusBadRequest, `"invalid_grant"`, codeAdvice["invalid_grant"]},
		"a code before its words":              {nil, http.StatusBadRequest, `{"error":"invalid_scope: missing openid scope"}`, "No scope was sent. Set scopes."},
		"the status where there is no JSON":    {nil, http.StatusBadRequest, `Not valid.`, generalAdvice(http.StatusBadRequest)},
		"a status that is rare":                {nil, http.StatusPaymentRequired, `{}`, generalAdvice(http.StatusPaymentRequired)},
	}, func(t *testing.T, tc row) {
		x := testExchange(tokenURL)
		x.Advice = tc.vendor
		_, err := readAnswer(x, tc.status, "application/json", tc.body)
		if e := wantError(t, err, token.KindRefused); e.Advice != tc.want {
			t.Errorf("advice = %q, want %q", e.Advice, tc.want)
		}
	})
}

// Without a code nobody knows whether the endpoint knows the client, or has seen it.
func TestAdviceOfForbidden(t *testing.T) {
	t.Parallel()
	const known, front = "knows the client", "firewall or bot protection"
	for body, want := range map[string]string{
		"{}": front, "": front, `{"message":"Forbidden"}`: front, "Blocked.": front, `{"error":"access_denied"}`: known, `{"error":"unauthorized_client"}`: "grant",
	} {
		x := testExchange(tokenURL)
		_, err := read(x, newAnswer(x, http.StatusForbidden, http.Header{"Server": {"cloudflare"}}, []byte(body), time.Unix(1_700_000_000, 0)))
		e := wantError(t, err, token.KindRefused)
		if !strings.Contains(e.Advice, want) || strings.Contains(e.Advice, known) != (want == known) || strings.Contains(e.Advice, "User-Agent (request_headers)") != (want == front) {
			t.Errorf("%s: %s", body, e.Advice)
		}
	}
	_, err := readAnswer(testExchange(tokenURL), http.StatusForbidden, "text/html", "<html>")
	if e := wantError(t, err, token.KindRefused); strings.Contains(e.Advice, known) || !strings.Contains(e.Advice, "User-Agent (request_headers)") {
		t.Errorf("of a page: %s", e.Advice)
	}
}

func TestAdviceOfNotAcceptable(t *testing.T) {
	t.Parallel()
	_, err := readAnswer(testExchange(tokenURL), http.StatusNotAcceptable, "text/html", "<html>")
	if e := wantError(t, err, token.KindRefused); !strings.Contains(e.Advice, "header Accept") {
		t.Error(e.Advice)
	}
}

// Quotes that belong to no secret are told, and not what is in them.
func TestAdviceAboutQuotes(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		book   said.Book
		status int
		body   string
		want   string // empty: nothing
	}{
		"a secret":        {said.Book{{Name: "client_secret", Value: said.NewSecret(`"hush-hush"`)}}, 401, "{}", "client_secret: "},
		"single quotes":   {said.Book{{Name: "password", Value: said.NewSecret("'hush-hush'")}}, 400, `{"error":"invalid_grant"}`, "password: "},
		"an id":           {said.Book{{Name: "client_id", Value: said.NewSecret(`"hush"`), Public: true}}, 403, "{}", "client_id: "},
		"both":            {said.Book{{Name: "client_id", Value: said.NewSecret(`"hush"`), Public: true}, {Name: "client_secret", Value: said.NewSecret(`"hush-hush"`)}}, 200, `{"error":"no"}`, "client_id, client_secret: "},
		"another refusal": {said.Book{{Name: "client_secret", Value: said.NewSecret(`"hush-hush"`)}}, 400, `{"error":"invalid_scope"}`, ""},
		"a failure":       {said.Book{{Name: "client_secret", Value: said.NewSecret(`"hush-hush"`)}}, 500, "{}", ""},
		"one quote":       {said.Book{{Name: "client_secret", Value: said.NewSecret(`"hush-hush`)}}, 401, "{}", ""},
		"two of them":     {said.Book{{Name: "client_secret", Value: said.NewSecret(`"hush-hush'`)}}, 401, "{}", ""},
		"a quote alone":   {said.Book{{Name: "client_secret", Value: said.NewSecret(`"`)}}, 401, "{}", ""},
		"a path":          {said.Book{{Name: "token", Value: said.NewSecret(`"hush"`), Public: true}}, 401, "{}", ""},
		"a body":          {said.Book{{Name: "json", Value: said.NewSecret(`"hush-hush"`)}}, 401, "{}", ""},
	} {
		x := testExchange(tokenURL)
		x.Secrets = tc.book
		_, err := readAnswer(x, tc.status, token.ContentTypeJSON, tc.body)
		e := wantError(t, err, token.KindRefused)
		if has := strings.HasPrefix(e.Advice, tc.want) && strings.Contains(e.Advice, "docker --env-file"); has == (tc.want == "") || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The same is true of a value in a body of JSON, which is named by its path.
func TestQuotedValueInJSON(t *testing.T) {
	t.Parallel()
	x := testExchange(tokenURL)
	x.Request.Body = said.NewSecret(`{"auth":{"pass":"\"hush-hush\""}}`)
	_, err := readAnswer(x, http.StatusUnauthorized, token.ContentTypeJSON, "{}")
	if e := wantError(t, err, token.KindRefused); !strings.HasPrefix(e.Advice, "auth.pass: the value begins") || strings.Contains(err.Error(), "hush") {
		t.Errorf("%v", err)
	}
}

// What a description has no attributes of is not advised.
func TestAdviceToWhoDescribes(t *testing.T) {
	t.Parallel()
	x := testExchange(tokenURL)
	x.Describe = true
	x.Request.Auth = token.ClientSecretBasic{ID: testID, Secret: said.NewSecret(testSecret), Raw: true}
	for _, status := range []int{http.StatusConflict, http.StatusPaymentRequired} {
		_, err := readAnswer(x, status, "application/json", `{"error":"invalid_scope"}`)
		if e := wantError(t, err, token.KindRefused); e.Advice != generalAdvice(status) {
			t.Errorf("%d: advice = %q", status, e.Advice)
		}
	}
}

// The hint of the client authentication comes with the advice of a code.
func TestAdviceWithHint(t *testing.T) {
	t.Parallel()
	x := testExchange(tokenURL)
	x.Request.Auth = token.ClientSecretBasic{ID: testID, Secret: said.NewSecret(testSecret)}
	for _, status := range []int{http.StatusUnauthorized, http.StatusOK} {
		_, err := readAnswer(x, status, "application/json", `{"error":"invalid_client"}`)
		e := wantError(t, err, token.KindRefused)
		if !strings.HasPrefix(e.Advice, "The id and the secret were sent with HTTP Basic") || !strings.Contains(e.Advice, `try basic_encoding = "raw". Otherwise check`) {
			t.Errorf("advice for %d = %q", status, e.Advice)
		}
	}
}
