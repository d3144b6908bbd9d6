package provider_test

import (
	"net/http"
	"strings"
	"testing"
)

// redacted is a set of custom whose request is refused with a message, and what the error
// says of it.
type redacted struct {
	set     object
	message string
	says    []string
	hides   []string
}

// withSources returns a set with sources.
func withSources(request, sources object) object {
	return object{"request": request.and(object{"sources": sources}), "response": object{"token": "token"}}
}

func plainValue(text string) object { return object{"value": text} }

func redactions() map[string]redacted {
	const expired = "your session has expired: JSESSIONID of this client, with the content, is no macaroons"
	return map[string]redacted{
		"a cookie": {
			withSources(object{"headers": object{"Cookie": "JSESSIONID={session}"}}, object{"session": plainValue("fake-quokka-1")}),
			expired + ": fake-quokka-1",
			[]string{expired + ": (sensitive)", "headers: Cookie; no body."},
			[]string{"quokka"},
		},
		"a header of the same name": {
			withSources(object{"headers": object{"Macaroons": "{macaroons}"}}, object{"macaroons": plainValue("fake-quokka-1")}),
			expired,
			[]string{expired, "headers: Macaroons; no body."},
			nil,
		},
		"a scheme": {
			withSources(object{"headers": object{"Authorization": "Token {session}"}}, object{"session": plainValue("fake-quokka-1")}),
			"the Token of the session",
			[]string{"the Token of the session"},
			nil,
		},
		"JSON and HTTP Basic": {
			withSources(object{"json": `{"data":{"content":"{content}"},"password":"zebra{otp}"}`, "basic_auth": object{"username": "{client}", "password": "{macaroons}"}},
				object{"content": plainValue("fake-quokka-1"), "otp": plainValue("fake-quokka-2"), "client": plainValue("fake-quokka-3"), "macaroons": plainValue("fake-quokka-4")}),
			expired + ": zebra, fake-quokka-2",
			[]string{expired + ": (sensitive), (sensitive)"},
			[]string{"quokka", "zebra"},
		},
		"a message that is signed": {
			withSources(object{"headers": object{"X-Sign": "{sign}"}}, object{
				"sign": object{"hmac": object{"key": "fake-hmac-key", "message": `{"macaroons":"{session}"}`}}, "session": plainValue("fake-quokka-1"),
			}),
			expired,
			[]string{expired},
			nil,
		},
		"braces in a value": {
			withSources(object{"form": object{"password": "{session}"}}, object{"session": plainValue("zebra-{session}-quokka1")}),
			"not zebra-{session}-quokka1",
			[]string{"not (sensitive)"},
			[]string{"zebra", "quokka"},
		},
		"a password in the path": {
			object{"request": object{"url": "/bot123456:AAfakequokka/getMe", "form": object{"password": "fake-zebra-1"}}, "response": object{"token": "token"}},
			"Cannot POST /bot123456:AAfakequokka/getMe",
			[]string{"/(sensitive)/getMe; form fields", "Cannot POST /(sensitive)/getMe"},
			[]string{"quokka"},
		},
		"a password of the set in the path": {
			object{"request": object{"url": "/botquokka-plum9/getMe?k=quokka-lime8", "form": object{"x": "quokka-plum9"}}, "response": object{"token": "token"}},
			"Cannot POST /botquokka-plum9/getMe, quokka-lime8",
			[]string{"/(sensitive)/getMe; query: k", "Cannot POST /(sensitive)/getMe, (sensitive)"},
			[]string{"quokka"},
		},
		"a source in the path": {
			withSources(object{"url": "/bot{key}/getMe"}, object{"key": plainValue("fake-quokka-1")}),
			"Cannot POST /botfake-quokka-1/getMe",
			[]string{"/bot{key}/getMe", "Cannot POST /(sensitive)/getMe"},
			[]string{"quokka"},
		},
	}
}

// A name in braces is no secret, and what is around it may be one. What looks like a token in
// the path of a URL is one.
func TestRedaction(t *testing.T) {
	noEnvironment(t)
	for name, c := range redactions() {
		t.Run(name, func(t *testing.T) {
			url := answering(t, http.StatusForbidden, nil, `{"message":`+quotedJSON(c.message)+`}`)
			request, _ := c.set["request"].(object)
			path, _ := request["url"].(string)
			set := c.set.and(object{"request": request.and(object{"url": url + path})})
			_, diags := configured(t, object{"custom": object{"shop": set}}).ask(t.Context(), dataSource, "custom", nil)
			said := onlyError(t, diags).Detail
			checkSays(t, said, c.says)
			for _, part := range c.hides {
				if strings.Contains(said, part) {
					t.Errorf("it shows %q:\n%s", part, said)
				}
			}
		})
	}
}
