package diagnostic

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// readFixed reads an answer of 2001-09-09 as the exchange says.
func readFixed(t *testing.T, r token.Response, header http.Header, body string) (*token.Token, error) {
	t.Helper()
	x := testExchange("https://auth.example.com/token")
	x.Response, x.Describe = r, true
	if header == nil {
		header = http.Header{"Content-Type": {token.ContentTypeJSON}}
	}
	return read(x, newAnswer(x, http.StatusOK, header, []byte(body), time.Unix(1_000_000_000, 0)))
}

func TestHostileAnswers(t *testing.T) {
	deep := func(n int) string { return `{"token":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}` }
	plain := token.Response{Token: answer.MustPath("token")}
	cases := map[string]struct{ body, says string }{
		"nested 100 deep":             {deep(100), `there is a list at "token"`},
		"nested 101 deep":             {deep(101), "nested too deep"},
		"nested 10,000 deep":          {deep(10_000), "nested too deep"},
		"nested without end":          {`{"token":"t","x":` + strings.Repeat(`{"a":`, 100_000), "nested too deep"},
		"invalid UTF-8":               {"{\"token\":\"a\xff\"}", "a string that is not in UTF-8"},
		"a lone surrogate":            {`{"token":"a\ud800"}`, "no HTTP header can carry"},
		"a NUL":                       {`{"token":"a\u0000"}`, "no HTTP header can carry"},
		"a key twice":                 {`{"token":"a","token":"b"}`, `there is a key twice at "token"`},
		"a key twice, around another": {`{"token":"a","x":{"y":1},"z":[1],"token":"b"}`, "a key twice"},
		"a key twice, escaped":        {`{"token":"a","tok\u0065n":"b"}`, "a key twice"},
		"a key three times":           {`{"token":"a","token":"b","token":"a"}`, "a key twice"},
		"a field twice":               {"token=a&token=b", "a key twice"},
		"two values":                  {`{"token":"a"}{"token":"b"}`, "more than one value"},
		"more behind it":              {`{"token":"a"};`, "JSON is broken"},
		"more before it":              {`callback({"token":"a"})`, "JSON is broken"},
		"another case":                {`{"Token":"a"}`, `there is nothing at "token"`},
		"token that is a number":      {`{"token":9007199254740993}`, `there is a number at "token"`},
		"token that is a truth value": {`{"token":true}`, `there is a boolean at "token"`},
		"token that is an object":     {`{"token":{"a":1}}`, `there is an object at "token"`},
		"token that is a list":        {`{"token":["a"]}`, `there is a list at "token"`},
		"token that is empty":         {`{"token":""}`, `there is an empty string at "token"`},
		"token of whitespace":         {`{"token":" \n"}`, `there is an empty string at "token"`},
		"token that is null":          {`{"token":null}`, `there is null at "token"`},
		"a list":                      {`[{"token":"a"}]`, `there is nothing at "token", and the response is a list: begin the path with [0].`},
		"UTF-16":                      {"{\x00\"\x00t\x00o\x00k\x00e\x00n\x00\"\x00:\x00\"\x00a\x00\"\x00}\x00", "it is not UTF-8"},
		"UTF-16, with a mark":         {"\xfe\xff\x00{\x00}", "it is not UTF-8"},
		"compressed twice":            {"\x1f\x8b\x08\x00\x00", "compressed in a way that was not requested"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := readFixed(t, plain, nil, c.body)
			e := wantError(t, err, token.KindAnswer)
			if !strings.Contains(e.Error(), c.says) {
				t.Errorf("%q is missing in %q", c.says, e.Problem)
			}
			if strings.Contains(e.Advice, "to_string(PATH)") != strings.Contains(name, "a number") {
				t.Errorf("advice: %s", e.Advice)
			}
		})
	}
}

// Of an answer that is no object there are no names to tell.
func TestDetailsOfAList(t *testing.T) {
	_, err := readFixed(t, token.Response{Token: answer.MustPath("token")}, nil, "[1]")
	if e := wantError(t, err, token.KindAnswer); e.Details != "Sent: POST https://auth.example.com/token; headers: Authorization; form fields: grant_type.\nReceived: application/json." {
		t.Errorf("details: %s", e.Details)
	}
}

// What is wrong elsewhere in an answer does not cost the token.
func TestGoodTokenInABadAnswer(t *testing.T) {
	tokentest.Each(t, map[string]string{
		"a key twice, inside":         `{"token":"a","x":[{"y":1,"y":2}]}`,
		"a key twice, with one value": `{"token":"a","token":"a"}`,
		"Latin-1 beside it":           "{\"token\":\"a\",\"name\":\"Zo\xeb\"}",
		"a key in Latin-1":            "{\"token\":\"a\",\"n\xe4me\":1}",
		"a byte order mark":           "\xef\xbb\xbf" + `{"token":"a"}`,
		"a line break after it":       `{"token":"a\r\n"}`,
		"spaces around it":            `{"token":"  a "}`,
		"a prefix against scripts":    ")]}'\n" + `{"token":"a"}`,
		"JSON in a JSON string":       `"{\"token\":\"a\"}"`,
		"a form":                      "token=a&scope=x%20y&other=",
		"a number beyond all":         `{"token":"a","x":1e999,"y":123456789012345678901234567890}`,
		"lone surrogates":             `{"token":"a","x":"\ud800","\udc00":1}`,
		"NUL":                         `{"token":"a","x":"\u0000"}`,
	}, func(t *testing.T, body string) {
		issued, err := readFixed(t, token.Response{Token: answer.MustPath("token")}, nil, body)
		if err != nil || issued.AccessToken.Reveal() != "a" {
			t.Errorf("got %v", err)
		}
	})
}

// What is no expiry leaves it unknown, and the token can be used.
func TestNoExpiry(t *testing.T) {
	type row struct{ in, at, says string }
	tokentest.Each(t, map[string]row{
		"beyond int64":               {"9223372036854775808", "", `what is at "ttl" is longer than 100 years`},
		"2^63-1":                     {"9223372036854775807", "", "longer than 100 years"},
		"2^63-1 in microseconds":     {"9223372036854775", "", "longer than 100 years"},
		"2^32-1":                     {"4294967295", "", "longer than 100 years"},
		"beyond a float":             {"1e400", "", "longer than 100 years"},
		"a text, too long":           {`"1e300"`, "", "longer than 100 years"},
		"infinite":                   {`"Inf"`, "", "longer than 100 years"},
		"not a number":               {`"NaN"`, "", "is not a number"},
		"never":                      {`"never"`, "", "is neither a number nor a duration"},
		"a date":                     {`"2030-01-01T00:00:00Z"`, "", "neither a number nor a duration"},
		"no digit":                   {`"PT"`, "", "neither a number nor a duration"},
		"a truth value":              {"true", "", "is neither a number nor a string"},
		"an object":                  {"{}", "", "is neither a number nor a string"},
		"a list":                     {"[3600]", "", "is neither a number nor a string"},
		"null":                       {"null", "", ""},
		"a time, less than any":      {"", "-9223372036854775809", ""},
		"a time, no such":            {"", `"tomorrow"`, `what is at "at" is neither a time in RFC 3339 nor a number`},
		"a time without a zone":      {"", `"2031-09-27 16:16:30.921462"`, `what is at "at" is a time without a time zone`},
		"a time without one, T":      {"", `"2031-09-27T16:16:30"`, "is a time without a time zone"},
		"a time, a lifetime":         {"", "3600", "is a time long past: if it is a lifetime, its place is expires_in"},
		"a time, a lifetime as text": {"", `"86399999"`, "expires_in"},
		"a time after 9999":          {"", "253402300800000", "later than the year 9999"},
		"a time, not a number":       {"", `"NaN"`, "is not a number"},
		"a time after 9999 in UTC":   {"", `"9999-12-31T23:59:59-23:59"`, "later than the year 9999"},
		"a time, text beyond":        {"", `"99999999999999999999"`, "later than the year 9999"},
		"a time, a truth value":      {"", "false", "neither a time"},
	}, func(t *testing.T, c row) {
		r, body := token.Response{Token: answer.MustPath("token"), ExpiresIn: answer.MustPath("ttl")}, `{"token":"a","ttl":`+c.in+`}`
		if c.at != "" {
			r, body = token.Response{Token: answer.MustPath("token"), ExpiresAt: answer.MustPath("at")}, `{"token":"a","at":`+c.at+`}`
		}
		issued, err := readFixed(t, r, nil, body)
		if err != nil || issued.AccessToken.Reveal() != "a" || !issued.ExpiresAt.IsZero() {
			t.Fatalf("got %v", err)
		}
		if got := fmt.Sprint(notesOf(issued)); !strings.Contains(got, c.says) || c.says == "" && got != "[]" {
			t.Errorf("it notes %s", got)
		}
		x := testExchange(tokenURL)
		x.Response, x.DefaultTTL = r, 10*time.Minute
		issued, err = read(x, newAnswer(x, http.StatusOK, nil, []byte(body), time.Unix(1_000_000_000, 0)))
		if lifetime, _ := issued.Lifetime(); err != nil || lifetime != 10*time.Minute || len(issued.Notes) != 0 {
			t.Errorf("with default_ttl it lives %s, and notes %v", lifetime, notesOf(issued))
		}
	})
}

// The keys are those at the longest part of the path at which there is something.
func TestDetailsNearThePath(t *testing.T) {
	const body = `{"ok":true,"session":{"session-key":"hush-hush","node":"n1"},"list":[{"v":"hush-hush"}]}`
	for path, want := range map[string]string{
		"session.token": `Received: application/json, with the keys: list, ok, session. At "session" are the keys: node, session-key.`,
		"session":       `Received: application/json, with the keys: list, ok, session. At "session" are the keys: node, session-key.`,
		"list[0].token": `Received: application/json, with the keys: list, ok, session. At "list[0]" are the keys: v.`,
		"token":         "Received: application/json, with the keys: list, ok, session.",
	} {
		_, err := readFixed(t, token.Response{Token: answer.MustPath(path)}, nil, body)
		e := wantError(t, err, token.KindAnswer)
		if _, got, _ := strings.Cut(e.Details, "\n"); got != want || strings.Contains(e.Error(), "hush") {
			t.Errorf("%s: %s", path, e.Details)
		}
	}
}

// Whoever does not describe the endpoint is told the keys where nothing says what is wrong.
func TestKeysOfASilentRefusal(t *testing.T) {
	many := "{"
	for i := range 200 {
		many += fmt.Sprintf(`"key-%03d":%d,`, i, i)
	}
	for body, want := range map[string]string{
		`{"debug":"hush","s3cr3t/+\"&=:%ü":1,"a\nb\u202e":2}`: "with the keys: a b, debug, (sensitive).",
		`{"error":"invalid_client"}`:                          "",
		`[1]`:                                                 "",
		many + `"z":1}`:                                       " and 171 more.",
	} {
		_, err := readAnswer(testExchange(tokenURL), http.StatusBadRequest, token.ContentTypeJSON, body)
		e := wantError(t, err, token.KindRefused)
		if !strings.HasSuffix(e.Details, want) || want == "" && e.Details != "" || len(e.Details) > 1000 || strings.Contains(e.Error(), "hush") {
			t.Errorf("%.40s: %s", body, e.Details)
		}
	}
}

// A refusal may come with 200.
func TestRefusalWithin200(t *testing.T) {
	for _, describe := range []bool{false, true} {
		x := testExchange(tokenURL)
		x.Describe = describe
		_, err := readAnswer(x, http.StatusOK, token.ContentTypeJSON, `{"error":"invalid_client","error_description":"no such client"}`)
		e := wantError(t, err, token.KindRefused)
		if e.VendorMessage != "invalid_client: no such client" || e.Advice == "" || strings.HasPrefix(e.Advice, "The id and the secret were sent in the body") == describe {
			t.Errorf("advice %q, message %q", e.Advice, e.VendorMessage)
		}
	}
}

// Of the services whose answers are known, an error is a refusal whatever is where
// the token should be: it may be the error once more. Whoever describes the endpoint
// says what a success is.
func TestErrorBesideAToken(t *testing.T) {
	for body, says := range map[string]string{ //nolint:gosec // nothing here is a credential
		`{"error":"invalid_client","access_token":"t"}`:                                                        "invalid_client",
		`{"access_token":"error: invalid username or password","error":"error: invalid username or password"}`: "error: invalid username or password",
		`{"access_token":"denied","error":"denied"}`:                                                           "denied",
		`{"access_token":"fake-token-1234","error":"no, fake-token-1234"}`:                                     "no, (sensitive)",
		`error=bad_code&access_token=t`:                                                                        "bad_code",
		`{"error":"","access_token":"t"}`:                                                                      "",
		`{"error":null,"access_token":"t"}`:                                                                    "",
		`{"error":false,"error_description":"","access_token":"t"}`:                                            "",
	} {
		x := testExchange(tokenURL)
		_, err := readAnswer(x, http.StatusOK, token.ContentTypeJSON, body)
		if says == "" && err != nil {
			t.Errorf("%s: %v", body, err)
		}
		if says != "" {
			if e := wantError(t, err, token.KindRefused); string(e.VendorMessage) != says || e.Advice == "" || strings.Contains(e.Advice, "login page") {
				t.Errorf("%s: message %q, advice %q", body, e.VendorMessage, e.Advice)
			}
		}
		x.Describe = true
		if _, err = readAnswer(x, http.StatusOK, token.ContentTypeJSON, body); err != nil && says != "error: invalid username or password" {
			t.Errorf("%s, described: %v", body, err)
		}
	}
}

// A refusal with 200 is one, whatever it calls itself.
func TestRefusalWithin200OfItsOwnCode(t *testing.T) {
	for body, advice := range map[string]string{
		`{"error":"bad_refresh_token"}`: codeAdvice["invalid_grant"], `{"error":"bad_verification_code","error_description":"x"}`: codeAdvice["invalid_grant"],
		`{"error":"incorrect_client_credentials"}`: "The id and the secret were sent in the body", `{"error":"made_up"}`: generalAdvice(http.StatusBadRequest),
		"error=bad_refresh_token": codeAdvice["invalid_grant"],
	} {
		_, err := readAnswer(testExchange(tokenURL), http.StatusOK, token.ContentTypeJSON, body)
		if e := wantError(t, err, token.KindRefused); !strings.HasPrefix(e.Advice, advice) || e.VendorMessage == "" {
			t.Errorf("%s: message %q, advice %q", body, e.VendorMessage, e.Advice)
		}
	}
}

func notesOf(issued *token.Token) []string {
	var found []string
	x := testExchange(tokenURL)
	x.Describe = true
	for _, note := range notesOn(x, issued) {
		found = append(found, note.Setting+": "+note.Problem+". "+note.Details)
	}
	return found
}

// An output that JSON cannot write is missing, and a note says why.
func TestOutputsThatCannotBeWritten(t *testing.T) {
	for path, says := range map[string]string{
		"zero / zero": "what is not a number (NaN)", "one / zero": "an infinite number", "&token": "an expression (&) and not a value",
		"[&token]": "a list that is not valid JSON", "{a: twice}": "a key twice", "twice": "there is a key twice at", "twice.token": "there is a key twice at", "none": "there is nothing at",
	} {
		issued, err := readFixed(t, token.Response{Token: answer.MustPath("token"), Outputs: map[string]answer.Path{"a": answer.MustPath(path)}}, nil, `{"token":"a","zero":0,"one":1,"twice":{},"twice":[]}`)
		if err != nil || len(issued.Outputs) != 0 {
			t.Fatalf("%s: got %v, %d outputs", path, err, len(issued.Outputs))
		}
		if got := fmt.Sprint(notesOf(issued)); !strings.Contains(got, says) {
			t.Errorf("%s: it notes %s", path, got)
		}
	}
	issued, err := readFixed(t, token.Response{Token: answer.MustPath("token"), ExpiresIn: answer.MustPath("zero / zero")}, nil, `{"token":"a","zero":0}`)
	if got := fmt.Sprint(notesOf(issued)); err != nil || !strings.Contains(got, "is not a number") {
		t.Errorf("it notes %s", got)
	}
}

// A time of expiry is kept, however far away.
func TestFarExpiry(t *testing.T) {
	for at, want := range map[string]string{
		`"3025-01-01T00:00:00Z"`: "3025-01-01T00:00:00Z", "33292598400": "3025-01-01T00:00:00Z", "33292598400000": "3025-01-01T00:00:00Z",
		`"9999-12-31T23:59:59Z"`: "9999-12-31T23:59:59Z", `"2030-01-01 00:00:00Z"`: "2030-01-01T00:00:00Z", `"2030-01-01t01:00:00+0100"`: "2030-01-01T00:00:00Z",
	} {
		issued, err := readFixed(t, token.Response{Token: answer.MustPath("token"), ExpiresAt: answer.MustPath("at")}, nil, `{"token":"a","at":`+at+`}`)
		if err != nil || issued.ExpiresAt.Format(time.RFC3339) != want || len(issued.Notes) != 0 {
			t.Errorf("%s: until %s, %v", at, issued.ExpiresAt, err)
		}
	}
	jwt := testkeys.JWT(t, map[string]any{"exp": int64(33292598400)})
	issued, err := readFixed(t, token.Response{Token: answer.MustPath("token")}, nil, `{"token":"`+jwt+`"}`)
	if err != nil || issued.ExpiresAt.Year() != 3025 {
		t.Errorf("until %s, %v", issued.ExpiresAt, err)
	}
}

// Numbers in outputs are as they were written, of any size.
func TestLargeNumbers(t *testing.T) {
	r := token.Response{Token: answer.MustPath("token"), Outputs: map[string]answer.Path{"id": answer.MustPath("id"), "all": answer.MustPath("all"), "small": answer.MustPath("small"), "has": answer.MustPath("contains(list, `1`)"), "beyond": answer.MustPath("beyond")}}
	issued, err := readFixed(t, r, nil,
		`{"token":"a","id":9223372036854775807,"all":{"n":-9007199254740993},"small":1.50,"list":[1,2],"beyond":18446744073709551616}`)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"id": "9223372036854775807", "all": `{"n":-9007199254740993}`, "small": "1.50", "has": "true", "beyond": "18446744073709551616",
	} {
		if got := issued.Outputs[name].Reveal(); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

func FuzzDescribed(f *testing.F) {
	f.Add("token", "ttl", "at", `{"token":"a","ttl":"90m","at":"2030-01-01T00:00:00Z","id":1}`)
	f.Add("@", "header:X", "", `"bare"`)
	f.Add("data[0].t", "data[0].e", "", `{"data":[{"t":"x","e":1e300}]}`)
	f.Add("a", "b", "c", `{"a":"x","b":18446744073709551616,"c":-1e400}`)
	f.Fuzz(func(t *testing.T, path, in, at, body string) {
		tokenPath, err := answer.ParsePath(path)
		if err != nil {
			t.Skip()
		}
		inPath, _ := answer.ParsePath(in)
		atPath, _ := answer.ParsePath(at)
		issued, err := readFixed(t, token.Response{
			Token: tokenPath, ExpiresIn: inPath, ExpiresAt: atPath, Outputs: map[string]answer.Path{"id": answer.MustPath("id")},
		}, nil, body)
		if err != nil {
			_ = wantError(t, err, token.KindAnswer)
			return
		}
		if issued.AccessToken.IsEmpty() || issued.ExpiresAt.Year() > 9999 {
			t.Errorf("%v until %s", issued.AccessToken.IsEmpty(), issued.ExpiresAt)
		}
	})
}

// A token that is a number can be had as a text, digit by digit.
func TestNumberAsToken(t *testing.T) {
	for _, digits := range []string{"12345", "9007199254740993"} {
		issued, err := readFixed(t, token.Response{Token: answer.MustPath("to_string(token)")}, nil, `{"token":`+digits+`}`)
		if err != nil || issued.AccessToken.Reveal() != digits {
			t.Errorf("got %v", err)
		}
	}
}

// A body that is the token is read as it is, and checked like any other token.
func TestTokenBody(t *testing.T) {
	plain := http.Header{"Content-Type": {"text/plain"}}
	type row struct {
		header     http.Header
		body       string
		want, says string
	}
	tokentest.Each(t, map[string]row{
		"a text":                    {plain, "tok-1", "tok-1", ""},
		"with whitespace":           {plain, " \r\n tok-1\n", "tok-1", ""},
		"all that a header carries": {plain, "! tok~1", "! tok~1", ""},
		"DEL":                       {plain, "tok\x7f", "", "no HTTP header can carry"},
		"a JSON string":             {plain, ` "tok-1"`, "tok-1", ""},
		"a JSON string, escaped":    {plain, `"tok\u002d1"`, "tok-1", ""},
		"a JSON string, called so":  {http.Header{"Content-Type": {token.ContentTypeJSON}}, `"tok-1"`, "tok-1", ""},
		"an empty JSON string":      {plain, `""`, "", "it is empty"},
		"a number":                  {plain, `0123`, "0123", ""},
		"a text like a form":        {plain, `dG9rZW4=`, "dG9rZW4=", ""},
		"a JSON object":             {plain, `{"protected":"x"}`, "", "the response is an object"},
		"a JSON object in a text":   {plain, `"{\"protected\":\"x\"}"`, "", "the response is an object"},
		"a JSON list":               {plain, ` ["x"]`, "", "the response is a list"},
		"null":                      {plain, `null`, "", "the response is null"},
		"without a type":            {http.Header{}, "tok-1", "tok-1", ""},
		"empty":                     {plain, " \n", "", "it is empty"},
		"two lines":                 {plain, "tok\n1", "", "line break"},
		"an HTML page":              {http.Header{"Content-Type": {"text/html; charset=utf-8"}}, "\n<html>log in</html>", "", "an HTML page"},
		"a text called HTML":        {http.Header{"Content-Type": {"text/html; charset=utf-8"}}, "tok-1", "tok-1", ""}, // PHP's default type
		"no ASCII":                  {plain, "tök", "", "no HTTP header can carry"},
		"a control in it":           {plain, "tok\x001", "", "no HTTP header can carry"},
		"invalid UTF-8 text":        {plain, "tok\xff", "", "no HTTP header can carry"},
	}, func(t *testing.T, c row) {
		issued, err := readFixed(t, token.Response{Token: answer.MustPath("body:")}, c.header, c.body)
		if c.want != "" {
			if err != nil || issued.AccessToken.Reveal() != c.want {
				t.Errorf("got %v", err)
			}
			return
		}
		if e := wantError(t, err, token.KindAnswer); !strings.Contains(e.Problem, c.says) {
			t.Errorf("%q is missing in %q", c.says, e.Problem)
		}
	})
}
