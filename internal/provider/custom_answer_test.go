package provider_test

import (
	"encoding/base64"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// answering serves one response to every request.
func answering(t *testing.T, status int, header map[string]string, body string) string {
	t.Helper()
	web := newWeb(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		for name, value := range header {
			w.Header().Set(name, value)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	return web.URL
}

// expiryCase is a response, how a set reads it, and the lifetime of the token.
type expiryCase struct {
	name     string
	header   map[string]string
	body     string
	response object // beside token
	set      object
	want     time.Duration // 0: unknown
	warns    string        // what the one warning says; "" where there is none
}

func (c expiryCase) warning(says string) expiryCase {
	c.warns = says
	return c
}

// fakeJWT is a JWT that expires at a time.
func fakeJWT(at time.Time) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none"}`)) + "." + encode(fmt.Appendf(nil, `{"exp":%d}`, at.Unix())) + ".fake"
}

func lifetimeCases() []expiryCase {
	in := func(name, value string, want time.Duration, more object) expiryCase {
		return expiryCase{name: name, body: `{"token":"fake-token","ttl":` + value + `}`, response: object{"expires_in": "ttl"}.and(more), want: want}
	}
	minutes, millis := object{"expires_in_unit": "m"}, object{"expires_in_unit": "ms"}
	return []expiryCase{
		in("seconds", `3600`, time.Hour, nil),
		in("seconds, named", `3600`, time.Hour, object{"expires_in_unit": "s"}),
		in("a numeric string", `"3599"`, 3599*time.Second, nil),
		in("a numeric string with spaces", `" 3599 "`, 3599*time.Second, nil),
		in("milliseconds", `900000`, 15*time.Minute, millis),
		in("milliseconds as a string", `"900000"`, 15*time.Minute, millis),
		in("minutes", `20`, 20*time.Minute, minutes),
		in("minutes as a string", `"20"`, 20*time.Minute, minutes),
		in("a duration as Go writes it", `"90m"`, 90*time.Minute, nil),
		in("a duration has its own unit", `"90m"`, 90*time.Minute, millis),
		in("a duration in ISO 8601", `"PT1H30M"`, 90*time.Minute, nil),
		in("days in ISO 8601", `"P1DT1S"`, 24*time.Hour+time.Second, nil),
		in("hours, minutes and seconds", `"1:30:00"`, 90*time.Minute, nil),
		in("more than a day with colons", `"192:00:00"`, 192*time.Hour, nil),
		in("a part of a second is left out", `1.9`, time.Second, nil),
		in("0 is unknown", `0`, 0, nil),
		in("less than 0 is unknown", `-1`, 0, nil),
		in("null is unknown", `null`, 0, nil),
		in("an empty string is unknown", `""`, 0, nil),
		{name: "nothing is unknown", body: `{"token":"fake-token"}`, response: object{"expires_in": "ttl"}, warns: `expires_in: there is nothing at "ttl"`},
		{
			name: "nothing near is unknown", body: `{"token":"fake-token","session":{"valid-for":60}}`,
			response: object{"expires_in": "session.validFor"}, warns: `At "session" are the keys: valid-for.`,
		},
		in("never is unknown", `"never"`, 0, nil).warning(`the string at "ttl" is neither a number nor a duration`),
		in("an object is unknown", `{}`, 0, nil).warning("neither a number nor a string"),
		in("2^63-1 is unknown", `9223372036854775807`, 0, nil).warning("longer than 100 years"),
		{
			name: "a header", header: map[string]string{"X-Ttl": "120"}, body: `{"token":"fake-token"}`,
			response: object{"expires_in": "header:x-ttl"}, want: 2 * time.Minute,
		},
	}
}

func momentCases(now time.Time) []expiryCase {
	at := func(name, value string, want time.Duration) expiryCase {
		return expiryCase{name: name, body: `{"token":"fake-token","at":` + value + `}`, response: object{"expires_at": "at"}, want: want}
	}
	soon, late := now.Add(30*time.Minute), now.Add(time.Hour)
	return []expiryCase{
		at("RFC 3339", `"`+late.UTC().Format(time.RFC3339)+`"`, time.Hour),
		at("RFC 3339 with parts of a second", `"`+late.UTC().Format("2006-01-02T15:04:05.000Z")+`"`, time.Hour),
		at("RFC 3339 in another zone", `"`+late.In(time.FixedZone("", 7200)).Format(time.RFC3339)+`"`, time.Hour),
		at("seconds since 1970", fmt.Sprint(late.Unix()), time.Hour),
		at("seconds since 1970 as a string", fmt.Sprintf("%q", fmt.Sprint(late.Unix())), time.Hour),
		at("milliseconds since 1970", fmt.Sprint(late.UnixMilli()), time.Hour),
		at("milliseconds since 1970 as a string", fmt.Sprintf("%q", fmt.Sprint(late.UnixMilli())), time.Hour),
		at("null is unknown", `null`, 0),
		at("a time that has passed", fmt.Sprint(now.Add(-time.Hour).Unix()), -time.Hour).warning("The token had already expired when it arrived"),
		{
			name: "a header", header: map[string]string{"X-Expires": late.UTC().Format(time.RFC3339)}, body: `{"token":"fake-token"}`,
			response: object{"expires_at": "header:X-Expires"}, want: time.Hour,
		},
		{name: "exp of a JWT", body: `{"token":"` + fakeJWT(late) + `"}`, want: time.Hour},
		{
			name: "the earliest of three", body: `{"token":"` + fakeJWT(soon) + `","ttl":7200,"at":` + fmt.Sprint(late.Unix()) + `}`,
			response: object{"expires_in": "ttl", "expires_at": "at"}, want: 30 * time.Minute,
		},
		{
			name: "default_ttl comes last", body: `{"token":"fake-token","ttl":7200}`, response: object{"expires_in": "ttl"},
			set: object{"default_ttl": "10m"}, want: 2 * time.Hour,
		},
		{name: "default_ttl", body: `{"token":"fake-token"}`, set: object{"default_ttl": "10m"}, want: 10 * time.Minute},
		{
			name: "default_ttl where the lifetime is 0", body: `{"token":"fake-token","ttl":0}`, response: object{"expires_in": "ttl"},
			set: object{"default_ttl": "10m"}, want: 10 * time.Minute,
		},
		{name: "nothing at all", body: `{"token":"fake-token"}`},
	}
}

// Each way of saying how long a token lives comes to the right expires_at, and
// nothing is made up where nothing is known.
func TestDescribedExpiry(t *testing.T) {
	noEnvironment(t)
	began := time.Now()
	for _, c := range append(lifetimeCases(), momentCases(began)...) {
		t.Run(c.name, func(t *testing.T) {
			url := answering(t, http.StatusOK, c.header, c.body)
			set := object{"request": object{"url": url}, "response": object{"token": "token"}.and(c.response)}.and(c.set)
			p := configured(t, object{"custom": object{"shop": set}})
			for _, k := range kinds() {
				got, diags := p.ask(t.Context(), k, "custom", nil)
				wantWarning(t, diags, c.warns)
				checkLifetime(t, got, c.want, began)
			}
		})
	}
}

// wantWarning fails unless there is the one warning, or none where says is empty.
func wantWarning(t *testing.T, diags []*tfprotov6.Diagnostic, says string) {
	t.Helper()
	if says == "" && len(diags) == 0 {
		return
	}
	if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityWarning || says == "" || !strings.Contains(diags[0].Detail, says) {
		t.Fatalf("want one warning with %q:\n%s", says, say(diags))
	}
}

func checkLifetime(t *testing.T, got map[string]tftypes.Value, want time.Duration, began time.Time) {
	t.Helper()
	if want == 0 {
		if !got["expires_at"].IsNull() || !got["expires_in"].IsNull() {
			t.Errorf("expires_at is %s", got["expires_at"])
		}
		return
	}
	at := clitest.Must(time.Parse(time.RFC3339, text(t, got["expires_at"])))(t)
	in := new(big.Float)
	if err := got["expires_in"].As(&in); err != nil || in.Sign() < 0 || want < 0 && in.Sign() != 0 {
		t.Errorf("expires_in is %s, %v", in, err)
	}
	// Times are cut to a second.
	if early, late := began.Add(want-time.Second), time.Now().Add(want); at.Before(early) || at.After(late) {
		t.Errorf("it expires at %s, want %s after %s", at, want, began)
	}
}

// A time of expiry is kept, farther away than a time.Duration reaches too.
func TestFarExpiry(t *testing.T) {
	noEnvironment(t)
	const at = "3025-01-01T00:00:00Z"
	far := clitest.Must(time.Parse(time.RFC3339, at))(t)
	url := answering(t, http.StatusOK, nil, `{"token":"fake-token","at":"`+at+`"}`)
	p := configured(t, object{"custom": object{"shop": object{"request": object{"url": url}, "response": object{"token": "token", "expires_at": "at"}}}})
	for _, k := range kinds() {
		got, diags := p.ask(t.Context(), k, "custom", nil)
		wantWarning(t, diags, "")
		issued, err := time.Parse(time.RFC3339, text(t, got["issued_at"]))
		if err != nil || text(t, got["expires_at"]) != at {
			t.Errorf("expires_at is %s, %v", got["expires_at"], err)
		}
		lifetime := new(big.Float)
		if err := got["expires_in"].As(&lifetime); err != nil || lifetime.Cmp(new(big.Float).SetInt64(far.Unix()-issued.Unix())) != 0 {
			t.Errorf("expires_in is %s, %v", got["expires_in"], err)
		}
	}
}

// A failure that comes with HTTP 200 is one, with the vendor's message.
func TestFailureWithin200(t *testing.T) {
	noEnvironment(t)
	response := object{"token": "token", "success": "code == `0`", "error": "reason"}
	cases := map[string]string{
		`{"code":99991663,"reason":"app secret is wrong","token":"fake-token"}`: "The vendor said: 99991663: app secret is wrong",
		`{"code":"0","reason":"a string is no number"}`:                         "The vendor said: a string is no number",
		`{"reason":"nothing says that it is a success","token":"fake-token"}`:   "The vendor said: nothing says that it is a success",
		`{"code":1,"reason":{"en":"no text"},"message":"not asked for"}`:        "with the keys: code, message, reason",
	}
	for body, says := range cases {
		for _, k := range kinds() {
			set := object{"request": object{"url": answering(t, http.StatusOK, nil, body)}, "response": response}
			_, diags := configured(t, object{"custom": object{"shop": set}}).ask(t.Context(), k, "custom", nil)
			got := onlyError(t, diags)
			if got.Summary != "Token request refused" {
				t.Errorf("the summary is %q", got.Summary)
			}
			checkSays(t, got.Detail, []string{"HTTP 200 OK", "response.success (\"code == `0`\") is not true for the response", says})
			checkNot(t, say(diags), clitest.Needle{Name: "the token", Value: "fake-token"}, clitest.Needle{Name: "another message", Value: "not asked for"})
		}
	}
}
