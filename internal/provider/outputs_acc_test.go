package provider_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

// outputCase is what one service's token looks like, as its row in the sandbox says.
type outputCase struct {
	service   string
	revocable bool
	row       sandbox.Row
	more      map[string]knownvalue.Check // what only this service has
}

// outputCases are of all services. One without a row panics; one with outputs of
// its own fails where these are not here.
func outputCases() []outputCase {
	null := knownvalue.Null()
	own := map[string]map[string]knownvalue.Check{
		"emporix": {
			"scopes": null,
			"scope": knownvalue.StringExact("scope=category.category_manage category.category_publish category.category_read " +
				"category.category_read_unpublished category.category_unpublish tenant=yourtenant"),
			"tenant":            knownvalue.StringExact("yourtenant"),
			"session_idle_time": knownvalue.Int64Exact(120),
		},
		"custom": {"outputs": knownvalue.MapExact(map[string]knownvalue.Check{"scope": knownvalue.NotNull()})},
		"oauth2": {
			"scopes": null, "scope": null, "audience": null, "params": null, "resources": null,
			"refresh_token": null, "id_token": null, "issued_token_type": null,
			"outputs": knownvalue.MapExact(map[string]knownvalue.Check{}),
		},
	}
	var cases []outputCase
	for _, s := range service.All() {
		cases = append(cases, outputCase{s.Name, s.Revocable, sandbox.Find(endpointOf(s.Name)), own[s.Name]})
	}
	return cases
}

// tokenType is Bearer where the answer names none; tests' set of custom does not ask for it.
func (c outputCase) tokenType() string {
	if c.service == "custom" {
		return "Bearer"
	}
	return cmp.Or(c.row.TokenType, "Bearer")
}

// checkLifetime allows a second to an answer that tells the time of expiry and no lifetime.
func (c outputCase) checkLifetime(seconds int64) error {
	allowed := int64(1)
	if strings.Contains(c.row.Answer, "SECONDS") {
		allowed = 0
	}
	if want := int64(c.row.Lifetime / time.Second); max(want-seconds, seconds-want) > allowed {
		return fmt.Errorf("expires_in is %d, want %d", seconds, want)
	}
	return nil
}

// header is the one that carries the token, and what stands before the token.
func (c outputCase) header() (name, prefix string) {
	for name, value := range c.row.Use {
		if before, _, carries := strings.Cut(value, "TOKEN"); carries {
			return name, before
		}
	}
	return "", ""
}

// checks are all attributes of the data source, or of the ephemeral resource,
// each once: an attribute that they do not name is an error.
func (c outputCase) checks(b *box, k kind) map[string]knownvalue.Check {
	header, prefix := c.header()
	headerValue := knownvalue.StringFunc(func(v string) error {
		accessToken, ok := strings.CutPrefix(v, prefix)
		if !ok {
			return fmt.Errorf("it does not begin with %q", prefix)
		}
		return b.issued().CheckValue(accessToken)
	})
	headers := map[string]knownvalue.Check{}
	for name, value := range c.row.Use {
		headers[name] = knownvalue.StringExact(value)
	}
	headers[header] = headerValue
	checks := map[string]knownvalue.Check{
		"credentials":   knownvalue.Null(),
		"min_remaining": knownvalue.Null(),
		"access_token":  b.issued(),
		"token_type":    knownvalue.StringExact(c.tokenType()),
		"expires_in":    knownvalue.Int64Func(c.checkLifetime),
		"expires_at":    knownvalue.NotNull(),
		"issued_at":     knownvalue.NotNull(),
		"header_name":   knownvalue.StringExact(header),
		"header_value":  headerValue,
		"headers":       knownvalue.MapExact(headers),
	}
	if k == ephemeralResource {
		checks["open_after"] = knownvalue.Null()
		if c.revocable {
			checks["revoke_on_close"] = knownvalue.Null()
		}
	}
	maps.Copy(checks, c.more)
	return checks
}

// checkTogether checks what the outputs have to do with each other.
func (c outputCase) checkTogether(got object, began time.Time) error {
	header, _ := got["header_name"].(string)
	headers, _ := got["headers"].(map[string]any)
	_, prefix := c.header()
	if headers[header] != got["header_value"] || got["header_value"] != fmt.Sprint(prefix, got["access_token"]) {
		return fmt.Errorf("access_token, header_value and headers are not of the same token")
	}
	issuedAt, err := moment(got["issued_at"])
	if err != nil {
		return err
	}
	expiresAt, err := moment(got["expires_at"])
	if err != nil {
		return err
	}
	if issuedAt.Before(began.Truncate(time.Second)) || issuedAt.After(time.Now()) {
		return fmt.Errorf("issued_at is %s, and the test began at %s", issuedAt, began)
	}
	lifetime, err := got["expires_in"].(json.Number).Int64() //nolint:forcetypeassert // checked to be a number before
	if err != nil {
		return err
	}
	if life := expiresAt.Sub(issuedAt); life != time.Duration(lifetime)*time.Second {
		return fmt.Errorf("from issued_at to expires_at it is %s, and expires_in is %d", life, lifetime)
	}
	return nil
}

// moment reads a time in RFC 3339 and UTC.
func moment(v any) (time.Time, error) {
	text := fmt.Sprint(v)
	if !strings.HasSuffix(text, "Z") {
		return time.Time{}, fmt.Errorf("%s is not in UTC", text)
	}
	return time.Parse(time.RFC3339, text)
}

// Each kind has a test of its own: some CLIs know no ephemeral resources.
func TestAccOutputs(t *testing.T) {
	for _, c := range outputCases() {
		for _, k := range []kind{dataSource, ephemeralResource} {
			t.Run(c.service+"/"+string(k), func(t *testing.T) {
				noEnvironment(t)
				c.accept(t, k)
			})
		}
	}
}

func (c outputCase) accept(t *testing.T, k kind) {
	t.Helper()
	b := newBox(t)
	began := time.Now()
	want := knownvalue.ObjectExact(c.checks(b, k))
	config := dataBlock(c.service, "this", nil)
	if k == ephemeralResource {
		config = ephemeralBlock(c.service, "this", nil) + echo("ephemeral.apitoken_"+c.service+".this")
	}
	check := func(state map[string]object) error {
		got := map[string]any(state["data.apitoken_"+c.service+".this"])
		if k == ephemeralResource {
			got, _ = state["echo.this"]["data"].(map[string]any)
		}
		if err := want.CheckValue(got); err != nil {
			return err
		}
		return c.checkTogether(got, began)
	}
	accept(t, resource.TestStep{
		Config:            providerBlock(b.sets(c.service)) + config,
		ConfigStateChecks: []statecheck.StateCheck{stateCheck(check)},
	})
}
