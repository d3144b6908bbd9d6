package token

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func FuzzReadAnswer(f *testing.F) {
	for _, body := range []string{
		goodAnswer, "", "null", `""`, `"bare"`, "<html>", `{"access_token":"a","expires_in":"1e9"}`,
		`{"error":"invalid_client","error_description":"x"}`, `{"error":{"code":"E7","message":"nope"}}`,
		`{"errors":[{"message":"first"}]}`, `{"access_token":"a\r\nb"}`, `{"access_token":"a.b.c","expires_in":-1}`,
		`{"access_token":"e30.eyJleHAiOjF9.x"}`, strings.Repeat("[", 20_000),
	} {
		f.Add(200, "application/json", "", body)
		f.Add(401, "text/html", "120", body)
	}
	f.Fuzz(func(t *testing.T, status int, contentType, retryAfter, body string) {
		header := http.Header{"Content-Type": {contentType}, "Retry-After": {retryAfter}}
		got, err := testExchange("https://auth.example.com").read(newAnswer(status, header, []byte(body), time.Unix(1_700_000_000, 0)))
		if err == nil {
			value := got.Headers["Authorization"].Reveal()
			if got.AccessToken.IsEmpty() || strings.ContainsAny(value, "\r\n\x00") {
				t.Errorf("token %q", value)
			}
			return
		}
		var e *Error
		if !errors.As(err, &e) {
			t.Fatalf("error is %T", err)
		}
		if utf8.RuneCountInString(e.VendorMessage) > longestMessage+1 || strings.ContainsAny(e.VendorMessage, "\r\n") {
			t.Errorf("message %q", e.VendorMessage)
		}
	})
}

func FuzzRedact(f *testing.F) {
	f.Add("the secret is s3cr3t/+", "s3cr3t/+")
	f.Add("aaa", "aa")
	f.Add("(sensitive)", "sensitive")
	f.Fuzz(func(t *testing.T, message, secret string) {
		// A secret that is part of the placeholder shows in it, and tells nothing.
		if secret == "" || strings.Contains(hidden, secret) {
			t.Skip()
		}
		got := redact(message+secret+message, []Secret{NewSecret(secret)})
		if !strings.Contains(got, hidden) && !strings.Contains(got, "…") {
			t.Errorf("redact(%q) without %q = %q", message, secret, got)
		}
	})
}

func FuzzRetryAfter(f *testing.F) {
	for _, value := range []string{"", "0", "120", "-1", "1e3", "99999999999", "Sat, 01 Jan 2000 01:00:00 GMT", "Sunday, 06-Nov-94 08:49:37 GMT"} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if wait, _ := retryAfter(http.Header{"Retry-After": {value}}, time.Unix(1_700_000_000, 0)); wait < 0 {
			t.Errorf("wait %s", wait)
		}
	})
}

func FuzzDecodeJWT(f *testing.F) {
	f.Add("e30.e30.")
	f.Add("a.b.c")
	f.Add("eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3MDAwMDAwMDB9.sig")
	f.Fuzz(func(t *testing.T, raw string) {
		header, claims, err := DecodeJWT(raw)
		if err == nil && (header == nil || claims == nil) {
			t.Error("no error and no parts")
		}
		if expiry := jwtExpiry(raw); expiry.Year() > 9999 {
			t.Errorf("expiry %s", expiry)
		}
	})
}

func FuzzCheckURL(f *testing.F) {
	for _, raw := range []string{"https://auth.example.com/x", "http://127.0.0.1", "http://[::1%25eth0]:1", "https://%zz", ""} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if CheckURL(raw, false) != nil {
			return
		}
		x := testExchange(raw)
		if x.host() == "" {
			t.Errorf("%q is accepted and has no host", raw)
		}
		if _, err := http.NewRequestWithContext(t.Context(), http.MethodPost, raw, http.NoBody); err != nil {
			t.Errorf("%q is accepted and makes no request", raw)
		}
	})
}
