package token

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// readFixed reads an answer of 2001-09-09 as the exchange says.
func readFixed(t *testing.T, r Response, header http.Header, body string) (*Token, error) {
	t.Helper()
	x := testExchange("https://auth.example.com/token")
	x.Response, x.Describe = r, true
	if header == nil {
		header = http.Header{"Content-Type": {ContentTypeJSON}}
	}
	return x.read(newAnswer(http.StatusOK, header, []byte(body), time.Unix(1_000_000_000, 0)))
}

func TestHostileAnswers(t *testing.T) {
	deep := func(n int) string { return `{"token":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}` }
	plain := Response{Token: "token", ExpiresIn: "ttl", ExpiresAt: "at", Outputs: map[string]Path{"id": "id"}}
	cases := map[string]struct{ body, says string }{
		"nested 100 deep":              {deep(100), `there is a list at "token"`},
		"nested 101 deep":              {deep(101), "nested too deep"},
		"nested 10,000 deep":           {deep(10_000), "nested too deep"},
		"nested without end":           {`{"token":"t","x":` + strings.Repeat(`{"a":`, 100_000), "nested too deep"},
		"invalid UTF-8":                {"{\"token\":\"a\xff\"}", "not UTF-8"},
		"a key twice":                  {`{"token":"a","token":"b"}`, "a key twice"},
		"a key twice, inside":          {`{"token":"a","x":[{"y":1,"y":2}]}`, "a key twice"},
		"a key twice, around another":  {`{"token":"a","x":{"y":1},"z":[1],"token":"b"}`, "a key twice"},
		"a key twice, escaped":         {`{"token":"a","tok\u0065n":"b"}`, "a key twice"},
		"two values":                   {`{"token":"a"}{"token":"b"}`, "more than one value"},
		"lifetime beyond int64":        {`{"token":"a","ttl":9223372036854775808}`, `the lifetime at "ttl" is a number that does not fit into 64 bits`},
		"lifetime beyond a float":      {`{"token":"a","ttl":1e400}`, `the lifetime at "ttl" is a number that does not fit into 64 bits`},
		"lifetime too long":            {`{"token":"a","ttl":9007199254740993}`, "longer than any token lives"},
		"lifetime as text, too long":   {`{"token":"a","ttl":"1e300"}`, "longer than any token lives"},
		"lifetime that is infinite":    {`{"token":"a","ttl":"Inf"}`, "longer than any token lives"},
		"lifetime that is no number":   {`{"token":"a","ttl":"NaN"}`, "longer than any token lives"},
		"lifetime that has no digit":   {`{"token":"a","ttl":"PT"}`, "neither a number nor a duration"},
		"lifetime that is an object":   {`{"token":"a","ttl":{}}`, "neither a number nor a string"},
		"expiry beyond int64":          {`{"token":"a","at":-9223372036854775809}`, "not fit into 64 bits"},
		"expiry that is no time":       {`{"token":"a","at":"tomorrow"}`, "neither a time in RFC 3339 nor a number"},
		"expiry that is a lifetime":    {`{"token":"a","at":3600}`, "the time of expiry at \"at\" is a time long past"},
		"expiry, a lifetime as text":   {`{"token":"a","at":"86399999"}`, "expires_in"},
		"expiry after the year 9999":   {`{"token":"a","at":253402300800000}`, "later than any token lives"},
		"expiry that is no number":     {`{"token":"a","at":"NaN"}`, "later than any token lives"},
		"expiry past 9999 in UTC":      {`{"token":"a","at":"9999-12-31T23:59:59-23:59"}`, "later than any token lives"},
		"expiry as a text beyond":      {`{"token":"a","at":"99999999999999999999"}`, "later than any token lives"},
		"output beyond int64":          {`{"token":"a","id":18446744073709551616}`, "the output id is a number that does not fit into 64 bits"},
		"output that holds one beyond": {`{"token":"a","id":[{"n":18446744073709551616}]}`, "the output id is a number"},
		"token that is a number":       {`{"token":9007199254740993}`, `there is a number at "token"`},
		"token that is a truth value":  {`{"token":true}`, `there is a boolean at "token"`},
		"token that is an object":      {`{"token":{"a":1}}`, `there is an object at "token"`},
		"token that is a list":         {`{"token":["a"]}`, `there is a list at "token"`},
		"token that is empty":          {`{"token":""}`, `there is nothing at "token"`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := readFixed(t, plain, nil, c.body)
			e := wantError(t, err, KindAnswer)
			if !strings.Contains(e.Problem, c.says) {
				t.Errorf("%q is missing in %q", c.says, e.Problem)
			}
		})
	}
}

// Of an answer that is no object there are no names to tell.
func TestDetailsOfAList(t *testing.T) {
	_, err := readFixed(t, Response{Token: "token"}, nil, "[1]")
	if e := wantError(t, err, KindAnswer); e.Details != "Sent: POST https://auth.example.com/token; headers: Authorization; form fields: grant_type.\nCame back: application/json." {
		t.Errorf("details: %s", e.Details)
	}
}

// What nobody asks for may be as large as it likes, and what 64 bits hold stays exact.
func TestLargeNumbers(t *testing.T) {
	r := Response{Token: "token", Outputs: map[string]Path{"id": "id", "all": "all", "small": "small", "has": "contains(list, `1`)"}}
	issued, err := readFixed(t, r, nil,
		`{"token":"a","id":9223372036854775807,"all":{"n":-9007199254740993},"small":1.50,"list":[1,2],"other":18446744073709551616}`)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"id": "9223372036854775807", "all": `{"n":-9007199254740993}`, "small": "1.5", "has": "true"} {
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
	f.Fuzz(func(t *testing.T, token, in, at, body string) {
		if Path(token).Check() != nil {
			t.Skip()
		}
		issued, err := readFixed(t, Response{
			Token: Path(token), ExpiresIn: Path(in), ExpiresAt: Path(at), Outputs: map[string]Path{"id": "id"},
		}, nil, body)
		if err != nil {
			_ = wantError(t, err, KindAnswer)
			return
		}
		if issued.AccessToken.IsEmpty() || issued.ExpiresAt.Year() > 9999 {
			t.Errorf("%v until %s", issued.AccessToken.IsEmpty(), issued.ExpiresAt)
		}
	})
}

// A body that is the token is read as it is, and checked like any other token.
func TestTokenBody(t *testing.T) {
	plain := http.Header{"Content-Type": {"text/plain"}}
	cases := map[string]struct {
		header     http.Header
		body       string
		want, says string
	}{
		"a text":                    {plain, "tok-1", "tok-1", ""},
		"with white space":          {plain, " \r\n tok-1\n", "tok-1", ""},
		"all that a header carries": {plain, "! tok~1", "! tok~1", ""},
		"DEL":                       {plain, "tok\x7f", "", "no HTTP header can carry"},
		"JSON":                      {plain, `{"protected":"x"}`, `{"protected":"x"}`, ""},
		"without a type":            {http.Header{}, "tok-1", "tok-1", ""},
		"empty":                     {plain, " \n", "", "it is empty"},
		"two lines":                 {plain, "tok\n1", "", "line break"},
		"an HTML page":              {http.Header{"Content-Type": {"text/html; charset=utf-8"}}, "\n<html>log in</html>", "", "an HTML page"},
		"a text called HTML":        {http.Header{"Content-Type": {"text/html; charset=utf-8"}}, "tok-1", "tok-1", ""}, // PHP's default type
		"no ASCII":                  {plain, "tök", "", "no HTTP header can carry"},
		"a control in it":           {plain, "tok\x001", "", "no HTTP header can carry"},
		"invalid UTF-8 text":        {plain, "tok\xff", "", "no HTTP header can carry"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			issued, err := readFixed(t, Response{TokenBody: true}, c.header, c.body)
			if c.want != "" {
				if err != nil || issued.AccessToken.Reveal() != c.want {
					t.Errorf("got %v", err)
				}
				return
			}
			if e := wantError(t, err, KindAnswer); !strings.Contains(e.Problem, c.says) {
				t.Errorf("%q is missing in %q", c.says, e.Problem)
			}
		})
	}
}

// A token in a header needs no JSON body.
func TestTokenHeader(t *testing.T) {
	r := Response{Token: HeaderPath("X-Subject-Token"), ExpiresAt: "token.expires_at"}
	for body, expires := range map[string]bool{
		`{"token":{"expires_at":"2030-01-01T00:00:00.000000Z"}}`: true, "": false, "<html>": false, "[": false,
	} {
		issued, err := readFixed(t, r, http.Header{"X-Subject-Token": {"tok-1"}}, body)
		if err != nil || issued.AccessToken.Reveal() != "tok-1" || issued.ExpiresAt.IsZero() == expires {
			t.Errorf("%q: %v", body, err)
		}
	}
	_, err := readFixed(t, r, http.Header{}, "{}")
	if e := wantError(t, err, KindAnswer); !strings.Contains(e.Problem, "header:X-Subject-Token") {
		t.Errorf("it says %q", e.Problem)
	}
}
