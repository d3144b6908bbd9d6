package diagnostic

import (
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

func readAnswer(x *exchange, status int, contentType, body string) (*token.Token, error) {
	header := http.Header{"Content-Type": {contentType}, "X-Expires": {"120"}}
	return read(x, newAnswer(x, status, header, []byte(body), time.Unix(1_700_000_000, 0).UTC()))
}

func TestReadToken(t *testing.T) {
	t.Parallel()
	x := testExchange("https://auth.example.com/token")
	x.Response.Fields["region"] = answer.MustPath("region")
	x.Response.FieldDefaults = map[string]string{"region": "eu", "scope": "not this"}
	x.Response.Outputs = map[string]answer.Path{"account": answer.MustPath("account"), "missing": answer.MustPath("missing"), "id": answer.MustPath("account.id")}
	x.Headers = secretMap(map[string]string{"X-Auth": "token={token};", "X-Account": "{id} of many"})
	got, err := readAnswer(x, http.StatusCreated, "application/json",
		`{"access_token":"tok-1","token_type":"bearer","expires_in":"3600","scope":"read","account":{"id":7}}`)
	if err != nil {
		t.Fatal(err)
	}
	issued := time.Unix(1_700_000_000, 0).UTC()
	want := &token.Token{
		AccessToken: said.NewSecret("tok-1"), Type: said.NewForeign("bearer"),
		IssuedAt: issued, ExpiresAt: issued.Add(time.Hour),
		HeaderName: "X-Auth",
		Headers:    map[string]said.Secret{"X-Auth": said.NewSecret("token=tok-1;"), "X-Account": said.NewSecret("7 of many")},
		Fields:     map[string]said.Secret{"scope": said.NewSecret("read"), "region": said.NewSecret("eu")},
		Outputs:    map[string]said.Secret{"account": said.NewSecret(`{"id":7}`), "id": said.NewSecret("7")},
	}
	if diff := cmp.Diff([]noted{{"outputs.missing", `there is nothing at "missing"`, ""}}, notesOn(x, got)); diff != "" {
		t.Error(diff)
	}
	got.Notes = nil
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(token.Token{})); diff != "" {
		t.Error(diff)
	}
}

// expiryCase is an answer at 1_700_000_000 seconds since 1970.
type expiryCase struct {
	unit    time.Duration
	path    string
	token   string
	expires string
	want    time.Duration // 0: unknown
}

// timesForLifetimes are times where there should be others, or lifetimes.
func timesForLifetimes(t *testing.T) map[string]expiryCase {
	t.Helper()
	return map[string]expiryCase{
		"a JWT whose exp is a numeric text":              {expires: "300", token: testkeys.JWT(t, map[string]any{"exp": "1700000060.528239"}), want: time.Minute},
		"a JWT whose exp is in milliseconds":             {expires: "300", token: testkeys.JWT(t, map[string]any{"exp": int64(1_700_000_060_528)}), want: time.Minute},
		"a JWT whose exp is a date":                      {expires: "300", token: testkeys.JWT(t, map[string]any{"exp": "2023-11-14T22:14:20Z"}), want: time.Minute},
		"a time since 1970":                              {expires: "1700003600", want: time.Hour},
		"a time since 1970 as a text":                    {expires: `"1700003600.7"`, want: time.Hour},
		"a time since 1970 in milliseconds":              {expires: "1700003600000", want: time.Hour},
		"a time since 1970 in milliseconds, by its unit": {unit: time.Millisecond, expires: "1700003600000", want: time.Hour},
		"a time since 1970 in minutes":                   {unit: time.Minute, expires: "1700003600", want: time.Hour},
		"a time since 1970 that is past":                 {expires: "1699999900", want: -100 * time.Second},
		"a time since 1970 ten years ahead":              {expires: "2015359900", want: 10*365*24*time.Hour - 100*time.Second},
		"a lifetime of three weeks in milliseconds":      {unit: time.Millisecond, expires: "1700003600", want: 1_700_003_600 * time.Millisecond},
		"a lifetime of many years":                       {expires: "1000000000", want: 1_000_000_000 * time.Second},
		"2^31-1":                                         {expires: "2147483647", want: 2_147_483_647 * time.Second},
		"2^32-1":                                         {expires: "4294967295"},
	}
}

func TestReadExpiry(t *testing.T) {
	t.Parallel()
	issued := int64(1_700_000_000)
	cases := timesForLifetimes(t)
	maps.Copy(cases, map[string]expiryCase{
		"seconds":                      {expires: "3600", want: time.Hour},
		"a numeric string":             {expires: `" 3599 "`, want: 3599 * time.Second},
		"milliseconds":                 {unit: time.Millisecond, expires: "3600000", want: time.Hour},
		"a fraction":                   {expires: "1.5", want: 1500 * time.Millisecond},
		"nothing":                      {expires: "null"},
		"an empty string":              {expires: `""`},
		"zero":                         {expires: "0"},
		"less than zero":               {expires: "-1"},
		"a header":                     {path: "header:X-Expires", expires: "null", want: 2 * time.Minute},
		"a JWT's exp alone":            {expires: "null", token: testkeys.JWT(t, map[string]any{"exp": issued + 600}), want: 10 * time.Minute},
		"a JWT's exp, the earlier":     {expires: "3600", token: testkeys.JWT(t, map[string]any{"exp": issued + 600}), want: 10 * time.Minute},
		"a JWT's exp, the later":       {expires: "300", token: testkeys.JWT(t, map[string]any{"exp": issued + 600}), want: 5 * time.Minute},
		"a JWT without exp":            {expires: "300", token: testkeys.JWT(t, map[string]any{}), want: 5 * time.Minute},
		"a JWT whose exp is a text":    {expires: "300", token: testkeys.JWT(t, map[string]any{"exp": "soon"}), want: 5 * time.Minute},
		"a JWT whose exp is 0":         {expires: "300", token: testkeys.JWT(t, map[string]any{"exp": 0}), want: 5 * time.Minute},
		"a JWT whose exp is endless":   {expires: "300", token: testkeys.JWT(t, map[string]any{"exp": 1e300}), want: 5 * time.Minute},
		"a token that looks like one":  {expires: "300", token: "a.b.c", want: 5 * time.Minute},
		"a JWT that has expired":       {expires: "300", token: testkeys.JWT(t, map[string]any{"exp": issued - 60}), want: -time.Minute},
		"a JWT issued in the future":   {expires: "300", token: testkeys.JWT(t, map[string]any{"iat": issued + 90, "exp": issued + 390}), want: 5 * time.Minute},
		"a JWT with a fraction in exp": {expires: "null", token: testkeys.JWT(t, map[string]any{"exp": float64(issued) + 60.9}), want: time.Minute},
	})
	tokentest.Each(t, cases, func(t *testing.T, tc expiryCase) {
		x := testExchange("https://auth.example.com/token")
		x.Response.ExpiresInUnit = tc.unit
		if tc.path != "" {
			x.Response.ExpiresIn = answer.MustPath(tc.path)
		}
		if tc.token == "" {
			tc.token = "opaque"
		}
		got, err := readAnswer(x, http.StatusOK, "application/json",
			`{"access_token":"`+tc.token+`","expires_in":`+tc.expires+`}`)
		if err != nil {
			t.Fatal(err)
		}
		lifetime, known := got.Lifetime()
		if known != (tc.want != 0) || lifetime != tc.want {
			t.Errorf("lifetime = %s, known %t, want %s", lifetime, known, tc.want)
		}
		if got.Type.Use() != "Bearer" {
			t.Errorf("type = %q", got.Type.Use())
		}
	})
}

func TestReadRefusesAnswers(t *testing.T) {
	t.Parallel()
	type row struct{ contentType, body, want string }
	tokentest.Each(t, map[string]row{
		"nothing":                   {"application/json", "", "the response is empty"},
		"HTML":                      {"text/html; charset=utf-8", "<html>log in</html>", "an HTML page"},
		"broken JSON":               {"application/json", `{"access_token":"to`, "JSON is broken"},
		"two JSON values":           {"application/json", `{"access_token":"t"} {}`, "JSON is broken"},
		"another type":              {"application/xml", "<token/>", "not JSON"},
		"an empty object":           {"application/json", "{}", `there is nothing at "access_token"`},
		"null":                      {"application/json", "null", "no token"},
		"an array":                  {"application/json", `["t"]`, "no token"},
		"an empty token":            {"application/json", `{"access_token":""}`, "no token"},
		"a token that is a number":  {"application/json", `{"access_token":12345}`, "no token"},
		"a line break":              {"application/json", `{"access_token":"tok\r\nX-Evil: 1"}`, "the token holds a line break"},
		"a NUL":                     {"application/json", `{"access_token":"tok\u0000"}`, "line break or another character"},
		"a letter that is no ASCII": {"application/json", `{"access_token":"tök"}`, "another character"},
		"invalid UTF-8":             {"application/json", "{\"access_token\":\"t\xff\"}", "not in UTF-8"},
	}, func(t *testing.T, tc row) {
		_, err := readAnswer(testExchange("https://auth.example.com/token"), http.StatusOK, tc.contentType, tc.body)
		e := wantError(t, err, token.KindAnswer)
		if !strings.Contains(e.Error(), tc.want) || !strings.Contains(e.Error(), "HTTP 200 OK") || !strings.Contains(e.Advice, "Check that token_url") {
			t.Errorf("error does not say %q: %v", tc.want, err)
		}
		if strings.Contains(e.Error(), "tok\r") || strings.Contains(e.Error(), "Evil") || strings.Contains(e.Error(), "log in") {
			t.Errorf("error repeats the response: %v", err)
		}
	})
}

func TestVendorMessage(t *testing.T) {
	t.Parallel()
	type row struct{ body, want string }
	tokentest.Each(t, map[string]row{
		"RFC 6749":              {`{"error":"invalid_client","error_description":"no such client"}`, "invalid_client: no such client"},
		"an empty code":         {`{"error":"","error_description":"no such client"}`, "no such client"},
		"Apigee fault":          {`{"fault":{"faultstring":"Invalid key","detail":{"errorcode":"x"}}}`, "Invalid key: x"},
		"Apigee ErrorCode":      {`{"ErrorCode":"invalid_client","Error":"Client is invalid"}`, "invalid_client: Client is invalid"},
		"problem details":       {`{"title":"Forbidden","detail":"not yours","status":403}`, "Forbidden: not yours"},
		"a nested error":        {`{"error":{"code":"E7","message":"nope"}}`, "E7: nope"},
		"a list of errors":      {`{"errors":[{"message":"first"},{"message":"second"}]}`, "first; second"},
		"a list of texts":       {`{"errors":["invalid role or secret ID"]}`, "invalid role or secret ID"},
		"JSON:API":              {`{"errors":[{"title":"x","detail":"no such user"}]}`, "x: no such user"},
		"CyberArk":              {`{"ErrorCode":"ITATS542I","ErrorMessage":"Authentication failure"}`, "ITATS542I: Authentication failure"},
		"NSX":                   {`{"error_code":403,"error_message":"account locked"}`, "account locked"},
		"Elasticsearch":         {`{"error":{"type":"security_exception","reason":"unable to authenticate"},"status":401}`, "security_exception: unable to authenticate"},
		"UPS":                   {`{"response":{"errors":[{"code":"10401","message":"ClientId is Invalid"}]}}`, "10401: ClientId is Invalid"},
		"said twice":            {`{"error":"nope","message":"nope"}`, "nope"},
		"a bare string":         {`"Invalid client_id or client_secret."`, "Invalid client_id or client_secret."},
		"several lines":         {`{"message":"a\r\n\tb\u0007 c\u202e"}`, "a b c"},
		"something else":        {`{"debug":"secret inside"}`, ""},
		"no JSON":               {"<h1>secret inside</h1>", ""},
		"a number":              {"42", ""},
		"the secret":            {`{"message":"bad secret s3cr3t/+\"&=:%ü given"}`, "bad secret (sensitive) given"},
		"the secret, in JSON":   {`{"message":"sent {\"a\":\"s3cr3t/+\\\"\\u0026=:%ü\"}"}`, `sent {"a":"(sensitive)"}`},
		"the secret, escaped":   {`{"message":"client_secret=s3cr3t%2F%2B%22%26%3D%3A%25%C3%BC"}`, "client_secret=(sensitive)"},
		"the token":             {`{"access_token":"tok-1","message":"tok-1 is not for you"}`, "(sensitive) is not for you"},
		"long":                  {`"` + strings.Repeat("ä", 1200) + `"`, strings.Repeat("ä", 999) + "…"},
		"errorMessage":          {`{"errorCode":7,"errorMessage":"no way"}`, "7: no way"},
		"msg":                   {`{"code":7,"msg":"no way"}`, "7: no way"},
		"the secret, in a path": {`{"message":"no /clients/s3cr3t%2F+%22&=:%25%C3%BC/"}`, "no /clients/(sensitive)/"},
	}, func(t *testing.T, tc row) {
		_, err := readAnswer(testExchange("https://auth.example.com/token"), http.StatusBadRequest, "application/json", tc.body)
		if e := wantError(t, err, token.KindRefused); string(e.VendorMessage) != tc.want {
			t.Errorf("message = %q, want %q", e.VendorMessage, tc.want)
		}
	})
}

// Where the description names a code, the code is what there is to say.
func TestVendorMessageThatIsANumber(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"error":{"code":400}}`: "400", `{"error":{"code":9007199254740993}}`: "9007199254740993", `{"error":{"code":{"n":1}}}`: "", `{"error":{}}`: "",
	} {
		x := testExchange(tokenURL)
		x.Response.Error = answer.MustPath("error.code")
		_, err := readAnswer(x, http.StatusBadRequest, "application/json", body)
		if e := wantError(t, err, token.KindRefused); string(e.VendorMessage) != want {
			t.Errorf("%s: message = %q, want %q", body, e.VendorMessage, want)
		}
	}
}

// A secret is found in base64 wherever it begins and whatever stands around it.
func TestVendorMessageWithoutBase64(t *testing.T) {
	t.Parallel()
	for _, before := range []string{"", "i", "id", "id:", "test-client:"} {
		for _, after := range []string{"", "x", "\x00\xff", ": and more"} {
			for _, secret := range []string{testSecret, url.QueryEscape(testSecret)} {
				wantNoBase64(t, before+secret+after)
			}
		}
	}
	if got := redact("YWJj", bookOf("ab")); got != "YWJj" {
		t.Errorf("of so short a secret, base64 is nothing to tell by: %q", got)
	}
	if got := redact("c2F5IGhlbGxv", bookOf(testSecret)); got != "c2F5IGhlbGxv" {
		t.Errorf("base64 of another text: %q", got)
	}
}

func wantNoBase64(t *testing.T, text string) {
	t.Helper()
	for _, encoding := range []*base64.Encoding{
		base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding,
	} {
		encoded := encoding.EncodeToString([]byte(text))
		for _, message := range []string{encoded, "basic-" + encoded, "a/" + encoded + "x", "key=" + encoded + "."} {
			got := redact(message, bookOf(testSecret))
			if strings.Contains(got, encoded[len(encoded)/3:2*len(encoded)/3]) || !strings.Contains(got, said.Hidden) {
				t.Errorf("base64 of %q: %q", text, got)
			}
		}
	}
}

// The Authorization header that HTTP Basic makes is as good as the secret.
func TestVendorMessageWithoutBasicCredentials(t *testing.T) {
	t.Parallel()
	for _, raw := range []bool{false, true} {
		x := testExchange("https://auth.example.com/token")
		auth := token.ClientSecretBasic{ID: testID, Secret: said.NewSecret(testSecret), Raw: raw}
		x.Request.Auth = auth
		sent := token.Basic{Username: said.NewSecret(testID), Password: said.NewSecret(testSecret)}.Header()
		if !raw {
			sent = token.Basic{Username: said.NewSecret(testID), Password: said.NewSecret(url.QueryEscape(testSecret))}.Header()
		}
		_, err := readAnswer(x, http.StatusUnauthorized, "application/json",
			`{"message":"cannot accept `+sent.Reveal()+`"}`)
		e := wantError(t, err, token.KindRefused)
		if !strings.Contains(string(e.VendorMessage), said.Hidden) || strings.Contains(string(e.VendorMessage), sent.Reveal()[26:36]) {
			t.Errorf("message = %q", e.VendorMessage)
		}
		other := map[bool]string{false: `try basic_encoding = "raw"`, true: `try basic_encoding = "form"`}[raw]
		if !strings.Contains(e.Advice, other) {
			t.Errorf("advice does not say %s: %s", other, e.Advice)
		}
	}
}

func TestBasicEncodingHintOnlyWhereItMatters(t *testing.T) {
	t.Parallel()
	plain, awkward := token.ClientSecretBasic{ID: "plain-id", Secret: said.NewSecret("plain.secret_1~")}, token.ClientSecretBasic{ID: "plain-id", Secret: said.NewSecret("a b")}
	byID := token.ClientSecretBasic{ID: "an id", Secret: plain.Secret}
	for name, tc := range map[string]struct {
		auth   token.ClientAuth
		status int
		code   string
		want   bool
	}{
		"no such character":      {plain, http.StatusUnauthorized, "", false},
		"another status":         {awkward, http.StatusForbidden, "", false},
		"post":                   {token.ClientSecretPost{ID: "a b", Secret: said.NewSecret("a b")}, http.StatusUnauthorized, "", false},
		"a 401":                  {awkward, http.StatusUnauthorized, "", true},
		"a 400":                  {awkward, http.StatusBadRequest, "", true},
		"a 400 of a client":      {awkward, http.StatusBadRequest, "invalid_client", true},
		"a 400 of a grant":       {awkward, http.StatusBadRequest, "invalid_grant", true},
		"a character in the id":  {byID, http.StatusBadRequest, "", true},
		"no character, any code": {plain, http.StatusBadRequest, "invalid_client", false},
	} {
		x := testExchange(tokenURL)
		x.Request.Auth = tc.auth
		_, err := readAnswer(x, tc.status, "application/json", `{"error":"`+tc.code+`"}`)
		if e := wantError(t, err, token.KindRefused); strings.Count(e.Advice, "basic_encoding = \"raw\".") != map[bool]int{true: 1}[tc.want] {
			t.Errorf("%s: %s", name, e.Advice)
		}
	}
}
