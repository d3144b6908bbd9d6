package provider_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// neededRow is a block whose set api needs a set that cannot be used, and the error about that.
type neededRow struct {
	block   object
	summary string
	says    []string
}

// neededRows are the ways in which the set login, or another one, cannot be used.
func neededRows(h *hub) map[string]neededRow {
	const unknownYet, noSet = "Provider configuration is not known yet", "No such credential set"
	const byLogin = `Service custom, credential set "api", needs a token of this set for its source login.`
	of := func(name string) object { return object{"sources": object{"login": object{"credentials": name}}} }
	url := object{"url": h.url + "/login"}
	with := func(login any) object { return object{"custom": object{"login": login, "api": h.api(nil, nil)}} }
	return map[string]neededRow{
		"a field is not known yet": {
			with(h.login(object{"request": url.and(object{"form": object{"password": unknown{}}})})), unknownYet,
			[]string{`request.form of the credential set "login" of custom in the provider block cannot be known before apply`, byLogin},
		},
		"parts are not known yet": {
			with(h.login(object{"request": url.and(object{"basic_auth": object{"username": unknown{}, "password": unknown{}}})})), unknownYet,
			[]string{`request.basic_auth.password, request.basic_auth.username of the credential set "login"`, byLogin},
		},
		"the set is not known yet": {with(unknown{}), unknownYet, []string{`The credential set "login" of custom in the provider block`, byLogin}},
		"the set is null":          {with(nil), noSet, []string{`There is no credential set "login" for custom. The provider block has: "api".`, byLogin}},
		"there is nothing in the environment": {
			object{"custom": object{"api": h.api(of("emporix.default"), nil)}},
			noSet,
			[]string{"There are no credentials for emporix.", "EMPORIX_CLIENT_ID", byLogin},
		},
		"another one needs it too": {
			object{
				"custom": object{"api": h.api(of("oauth2.middle"), nil), "login": h.login(object{"request": url.and(object{"body": unknown{}})})},
				"oauth2": object{"middle": publicSet().and(object{"grant": jwtBearer, "assertion": object{"credentials": "custom.login"}})},
			},
			unknownYet,
			[]string{
				`request.body of the credential set "login" of custom`,
				`Service oauth2, credential set "middle", needs a token of this set for its source assertion.` + "\n\n" + byLogin,
			},
		},
	}
}

// An error about a set that another one needs names both, and the part of it.
func TestNeededSetThatCannotBeUsed(t *testing.T) {
	noEnvironment(t)
	h := newHub(t)
	for name, c := range neededRows(h) {
		for _, k := range kinds() {
			t.Run(name+"/"+string(k), func(t *testing.T) {
				_, diags := configured(t, c.block).ask(t.Context(), k, "custom", object{"credentials": "api"})
				got := onlyError(t, diags)
				if got.Summary != c.summary || got.Attribute != nil && len(got.Attribute.Steps()) > 0 {
					t.Errorf("%q at %s, want %q", got.Summary, got.Attribute, c.summary)
				}
				checkSays(t, got.Detail, c.says)
				if strings.Contains(got.Detail, "alias") {
					t.Errorf("it advises on another provider block: %s", got.Detail)
				}
			})
		}
	}
	h.want(t)
}

// Sets that need each other in very many ways take no longer for that.
func TestManyWaysBetweenSets(t *testing.T) {
	noEnvironment(t)
	const layers = 40
	h := newHub(t)
	sets := object{"a0": h.login(nil), "b0": h.login(nil)}
	for i := 1; i <= layers; i++ {
		for _, name := range []string{"a", "b"} {
			below := fmt.Sprint(i - 1)
			sets[name+fmt.Sprint(i)] = object{
				"request": object{
					"url": h.url + "/token", "headers": object{"X-Layer": name + below + "{one}{two}"},
					"sources": object{"one": object{"credentials": "custom.a" + below}, "two": object{"credentials": "custom.b" + below}},
				},
				"response": object{"token": "token"},
			}
		}
	}
	began := time.Now()
	_ = configured(t, object{"custom": sets}).token(dataSource, "custom", object{"credentials": "a" + fmt.Sprint(layers)})
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("it took %s", took)
	}
	if asked := len(h.log); asked != 2+2*layers-1 {
		t.Errorf("there were %d requests", asked)
	}
}
