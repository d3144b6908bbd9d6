package provider_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// The shared secret of one-time codes, as a server and as an authenticator app show it.
const totpSeed, groupedSeed = "FAKEFAKEFAKEFAKE", "fake fake fake fake"

// computedCases are sources that cannot be computed.
func computedCases(k keys) []badSetCase {
	const undecoded, notAllowed = "Key cannot be decoded", "Not one of the allowed values"
	const badNumber, number = "Number cannot be used", "a whole number from 6 to 8"
	var cases []badSetCase
	for _, name := range sourceNames() {
		add := func(kind string, source object, what, attribute, summary string, says ...string) {
			cases = append(cases, badSetCase{name + " of " + kind + " with " + what, sourced(name, object{kind: source}), name + "." + kind + "." + attribute, summary, says})
		}
		badHMAC := func(what string, change object, attribute, summary string, says ...string) {
			add("hmac", object{"key": "fake-key", "message": "fake"}.and(change), what, attribute, summary, says...)
		}
		badHMAC("no key", object{"key": nil}, "key", "Missing key", "must be set: every HMAC needs it")
		badHMAC("no message", object{"message": nil}, "message", "Missing message", "must be set: every HMAC needs it")
		badHMAC("an empty key", object{"key": ""}, "key", "Empty value")
		badHMAC("an empty message", object{"message": ""}, "message", "Empty value")
		badHMAC("the key of a file", object{"key": "fake-key\n"}, "key", "Whitespace or invisible character", "trimspace(…)")
		badHMAC("a private key", object{"key": k.rsa}, "key", "Key cannot be used", "signed = { private_key_pem = … }")
		badHMAC("a key that is not hex", object{"key_encoding": "hex"}, "key", undecoded, `key_encoding is "hex"`, `set key_encoding = "text"`)
		badHMAC("a hex key that is cut off", object{"key": "66616b6", "key_encoding": "hex"}, "key", undecoded, "two digits for each byte")
		badHMAC("a key that is not base64", object{"key": "fake.key", "key_encoding": "base64"}, "key", undecoded, `key_encoding is "base64"`, `set key_encoding = "text"`)
		badHMAC("another algorithm", object{"algorithm": "MD5"}, "algorithm", notAllowed, "SHA1, SHA256, SHA384, SHA512")
		badHMAC("another encoding", object{"encoding": "Base64"}, "encoding", notAllowed, "hex, HEX, base64, base64url")
		badHMAC("another encoding of the key", object{"key_encoding": "HEX"}, "key_encoding", notAllowed, "text, hex, base64")

		badTOTP := func(what string, change object, attribute, summary string, says ...string) {
			add("totp", object{"secret": totpSeed}.and(change), what, attribute, summary, says...)
		}
		badTOTP("no secret", object{"secret": nil}, "secret", "Missing secret", "must be set: every one-time code needs it")
		badTOTP("an empty secret", object{"secret": ""}, "secret", "Empty value")
		badTOTP("a code for a secret", object{"secret": "246810"}, "secret", undecoded, "and not a code of the app")
		badTOTP("a secret that is cut off", object{"secret": "FAKEFAKEF"}, "secret", undecoded, "is cut off")
		badTOTP("a URL", object{"secret": "otpauth://totp/fake?secret=" + totpSeed}, "secret", undecoded, "parameter secret alone")
		badTOTP("few digits", object{"digits": 5}, "digits", badNumber, number)
		badTOTP("many digits", object{"digits": 9}, "digits", badNumber, number)
		badTOTP("half a digit", object{"digits": 6.5}, "digits", badNumber, number)
		badTOTP("no period", object{"period": "0s"}, "period", badDuration, durationAdvice)
		badTOTP("a number for a period", object{"period": "30"}, "period", badDuration, durationAdvice)
		badTOTP("a part of a second", object{"period": "1500ms"}, "period", badDuration, "whole seconds")
		badTOTP("another algorithm", object{"algorithm": "SHA384"}, "algorithm", notAllowed, "SHA1, SHA256, SHA512")
	}
	return cases
}

// An HMAC and a one-time code reach the endpoint in each place of a source.
func TestComputedReachTheEndpoint(t *testing.T) {
	noEnvironment(t)
	mac := hmac.New(sha256.New, []byte("fake-key"))
	_, _ = mac.Write([]byte("a\nb\n"))
	signature := regexp.QuoteMeta(base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	for kind, want := range map[string]struct {
		source object
		sent   string
	}{
		"hmac": {object{"key": "ZmFrZS1rZXk", "key_encoding": "base64", "message": "a\nb\n", "encoding": "base64"}, signature},
		"totp": {object{"secret": groupedSeed, "digits": 7}, `\d{7}`},
	} {
		for _, name := range sourceNames() {
			t.Run(kind+"/"+name, func(t *testing.T) {
				a := newAuthServer(t)
				configured(t, a.sourcedAt(name, object{kind: want.source})).token(dataSource, "oauth2", nil)
				if got := a.asked()[0].form.Get(name); !regexp.MustCompile("^" + want.sent + "$").MatchString(got) {
					t.Errorf("it was sent %q", got)
				}
			})
		}
	}
}

// A refusal of a code says why that may be, and repeats neither the code nor the secret.
func TestCodeIsRefused(t *testing.T) {
	noEnvironment(t)
	var code string
	web := newWeb(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		code = r.FormValue("assertion")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintf(w, `{"error":"invalid_grant","error_description":"code %s of FAKEFAKEFAKEFAKE was already used"}`, code)
	}))
	set := sourced("assertion", object{"totp": object{"secret": groupedSeed}}).and(object{"token_url": web.URL})
	_, diags := configured(t, object{"oauth2": object{"the-set": set}, "transport": hurried()}).ask(t.Context(), dataSource, "oauth2", nil)
	detail := onlyError(t, diags).Detail
	checkSays(t, detail, []string{"code (sensitive) of (sensitive) was already used", "Many servers accept a one-time code only once", "assertion.totp"})
	if len(code) != 6 || strings.Contains(detail, code) {
		t.Errorf("the code is %q:\n%s", code, detail)
	}
}
