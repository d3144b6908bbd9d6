package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// private are values that a description sends and an answer brings, each of
// which no error may repeat.
func private() []clitest.Needle {
	var needles []clitest.Needle
	for _, name := range []string{"header", "query", "in-url", "json", "form", "body", "password", "response", "token", "nested"} {
		needles = append(needles, clitest.Needle{Name: name, Value: "fake-private-" + name})
	}
	return needles
}

// Errors help those who describe an endpoint: what was sent and what came back,
// by names and without values.
func TestErrorsDescribe(t *testing.T) {
	noEnvironment(t)
	const answer = `{"data":{"tok":"fake-private-token"},"code":7,"note":"fake-private-response"}`
	const path = "/v1/token?in_url=fake-private-in-url"
	sends := map[string]struct {
		request object
		says    string
	}{
		"json": {
			object{"json": `{"user":"fake-private-json","deep":{"inner":"fake-private-nested","lost":[""]},"pass":"","unset":null}`},
			"; JSON keys: deep, deep.lost[0] (empty), pass (empty), unset (null), user.",
		},
		"form":  {object{"form": object{"grant_type": "x", "pass": "fake-private-form"}}, "; form fields: grant_type, pass."},
		"empty": {object{"form": object{"grant_type": "x", "pass": ""}, "headers": object{"X-Key": ""}}, " (empty); form fields: grant_type, pass (empty)."},
		"none":  {object{}, "; no body."},
		"body":  {object{"body": "fake-private-body", "content_type": "text/plain"}, "."},
	}
	always := object{
		"method": "PUT", "headers": object{"X-Key": "fake-private-header"}, "query": object{"more": "fake-private-query"},
		"basic_auth": object{"username": "user", "password": "fake-private-password"},
	}
	for name, c := range sends {
		for _, status := range []int{http.StatusOK, http.StatusBadRequest, http.StatusNotFound} {
			for _, k := range kinds() {
				t.Run(fmt.Sprintf("%s/%d/%s", name, status, k), func(t *testing.T) {
					url := answering(t, status, nil, answer)
					set := object{"request": object{"url": url + path}.and(always).and(c.request), "response": object{"token": "data.token"}}
					_, diags := configured(t, object{"custom": object{"shop": set}}).ask(t.Context(), k, "custom", nil)
					said := say(diags)
					checkSays(t, onlyError(t, diags).Detail, []string{
						"Sent: PUT " + url + "/v1/token; query: in_url, more; headers: Authorization, X-Key" + c.says,
						"Received: application/json, with the keys: code, data, note.",
						fmt.Sprintf("HTTP %d", status),
					})
					if lacks := strings.Contains(c.says, "("); lacks != strings.Contains(said, "if that is not meant") && status != http.StatusOK {
						t.Errorf("what is empty: %s", said)
					}
					if status == http.StatusOK {
						checkSays(t, said, []string{`there is nothing at "data.token"`, "Compare response with the keys that the endpoint returned, and check that request.url"})
					}
					checkNotForeign(t, said)
					checkNot(t, said, private()...)
				})
			}
		}
	}
}

// checkNotForeign looks for what custom does not have, and for names that are
// not at the top.
func checkNotForeign(t *testing.T, said string) {
	t.Helper()
	for _, foreign := range []string{"token_url", "client_auth", "basic_encoding", "tok\"", "inner"} {
		if strings.Contains(said, foreign) {
			t.Errorf("%q is in:\n%s", foreign, said)
		}
	}
}

// An answer that puts what is private where names are told does not get it told.
func TestErrorsDescribeHostileNames(t *testing.T) {
	noEnvironment(t)
	url := answering(t, http.StatusBadRequest, map[string]string{"Content-Type": "text/fake-private-header"},
		`{"fake-private-header":1,"message":"you sent fake-private-header and fake-private-form"}`)
	set := object{
		"request": object{
			"url": url, "headers": object{"X-Key": "fake-private-header"}, "form": object{"fake-private-header": "fake-private-form"},
		},
		"response": object{"token": "token"},
	}
	_, diags := configured(t, object{"custom": object{"shop": set}}).ask(t.Context(), dataSource, "custom", nil)
	if got := onlyError(t, diags); strings.Contains(got.Detail, "Authorization") {
		t.Errorf("it names a header that was not sent:\n%s", got.Detail)
	}
	checkNot(t, say(diags), private()...)
}
