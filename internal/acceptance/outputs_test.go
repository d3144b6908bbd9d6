package acceptance

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

// described is the vendor whose endpoint the set of custom describes.
const described = "emporix"

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
		if s.IsLocal {
			continue // testJWT tests it
		}
		endpoint := s.Name
		if endpoint == "custom" {
			endpoint = described
		}
		cases = append(cases, outputCase{s.Name, s.Revocable, sandbox.Find(endpoint), own[s.Name]})
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
func (c outputCase) checks(issued knownvalue.Check, kind string) map[string]knownvalue.Check {
	header, prefix := c.header()
	headerValue := knownvalue.StringFunc(func(v string) error {
		accessToken, ok := strings.CutPrefix(v, prefix)
		if !ok {
			return fmt.Errorf("it does not begin with %q", prefix)
		}
		return issued.CheckValue(accessToken)
	})
	headers := map[string]knownvalue.Check{}
	for name, value := range c.row.Use {
		headers[name] = knownvalue.StringExact(value)
	}
	headers[header] = headerValue
	checks := map[string]knownvalue.Check{
		"credentials":   knownvalue.Null(),
		"min_remaining": knownvalue.Null(),
		"access_token":  issued,
		"token_type":    knownvalue.StringExact(c.tokenType()),
		"expires_in":    knownvalue.Int64Func(c.checkLifetime),
		"expires_at":    knownvalue.NotNull(),
		"issued_at":     knownvalue.NotNull(),
		"header_name":   knownvalue.StringExact(header),
		"header_value":  headerValue,
		"headers":       knownvalue.MapExact(headers),
	}
	if kind == "ephemeral" {
		checks["open_after"] = knownvalue.Null()
		if c.revocable {
			checks["revoke_on_close"] = knownvalue.Null()
		}
	}
	maps.Copy(checks, c.more)
	return checks
}

// checkTogether checks what the outputs have to do with each other.
func (c outputCase) checkTogether(got map[string]any, began time.Time) error {
	header, _ := got["header_name"].(string)
	headers, _ := got["headers"].(map[string]any)
	_, prefix := c.header()
	if headers[header] != got["header_value"] || got["header_value"] != fmt.Sprint(prefix, got["access_token"]) {
		return fmt.Errorf("access_token, header_value and headers are not of the same token")
	}
	return checkTimes(got, began)
}

// checkTimes checks what the times have to do with each other.
func checkTimes(got map[string]any, began time.Time) error {
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

// customSet describes the endpoint of described.
func (l *sandboxLab) customSet() string {
	return fmt.Sprintf(`
  custom = {
    default = {
      request = {
        url  = %q
        form = { grant_type = "client_credentials", client_id = %q, client_secret = var.%s_secret }
      }
      response = { token = "access_token", expires_in = "expires_in", outputs = { scope = "scope" } }
    }
  }
`, l.url+sandbox.TokenPath(described), l.box.Client(described).ID, described)
}

func testOutputs(l *sandboxLab) {
	var names []string
	var echoed strings.Builder
	for _, c := range outputCases() {
		names = append(names, c.service)
		fmt.Fprintf(&echoed, "%[1]s = ephemeral.apitoken_%[1]s.this\n", c.service)
	}
	for _, kind := range l.kinds() {
		began := time.Now()
		l.Configure(l.head(l.customSet()), blocks(kind, names...), map[string]string{"ephemeral": l.Echo("{\n" + echoed.String() + "}")}[kind])
		l.Must("apply", "-auto-approve")
		state := l.State()
		for _, c := range outputCases() {
			got := state["data.apitoken_"+c.service+".this"]
			if kind == "ephemeral" {
				got, _ = l.Echoed()[c.service].(map[string]any)
			}
			if err := knownvalue.ObjectExact(c.checks(l.issued(), kind)).CheckValue(got); err != nil {
				l.T.Errorf("%s %s: %v", kind, c.service, err)
			} else if err := c.checkTogether(got, began); err != nil {
				l.T.Errorf("%s %s: %v", kind, c.service, err)
			}
		}
	}
}
