package token

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// arrived is a request as an endpoint saw it, with what is filled in taken out.
type arrived struct {
	URI, Header, Username, Password, Body string
	uuids                                 []string
}

// template is an endpoint that keeps what arrived, and fails at first.
type template struct{ seen []arrived }

func (e *template) RoundTrip(req *http.Request) (*http.Response, error) {
	got := arrived{URI: req.URL.RequestURI(), Header: req.Header.Get("X-Sent")}
	got.Username, got.Password, _ = req.BasicAuth()
	if req.Body != nil {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		got.Body = string(body)
	}
	uuid := regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`)
	for _, text := range []*string{&got.URI, &got.Header, &got.Username, &got.Password, &got.Body} {
		got.uuids = append(got.uuids, uuid.FindAllString(*text, -1)...)
		*text = uuid.ReplaceAllString(*text, "UUID")
	}
	e.seen = append(e.seen, got)
	if len(e.seen) == 1 {
		return tokentest.Response(http.StatusServiceUnavailable, http.Header{"Retry-After": {"30"}}, "{}"), nil
	}
	return tokentest.Response(http.StatusOK, nil, goodAnswer), nil
}

const all = "{uuid} {time} {time_ms} {time_rfc3339} {none} {"

// filledTemplate is a request with each built-in value at each place.
func filledTemplate(body, contentType string, form Form) Request {
	sent := said.NewSecret(all)
	return Request{
		Template: true, URL: "https://auth.example.com/{time_rfc3339}/{uuid}?a={time_rfc3339}&{time}",
		Headers: map[string]said.Secret{"X-Sent": sent}, Query: map[string]said.Secret{"q": sent},
		Auth: Basic{Username: said.NewSecret("{uuid}"), Password: said.NewSecret("{time_ms}:{uuid}")},
		Body: said.NewSecret(body), ContentType: contentType, Form: form,
	}
}

// The built-in values are the same throughout one attempt and new in the next one,
// each written as it must be where it is.
func TestBuiltIns(t *testing.T) {
	t.Parallel()
	type row struct {
		request Request
		body    func(unix, ms, rfc3339 string) string
	}
	tokentest.EachInBubble(t, map[string]row{
		"JSON": {
			filledTemplate(`{"id":"{uuid}","at":{time_ms},"when":"{time_rfc3339}"}`, ContentTypeJSON, nil),
			func(_, ms, rfc3339 string) string { return `{"id":"UUID","at":` + ms + `,"when":"` + rfc3339 + `"}` },
		},
		"text": {
			filledTemplate("<a>{uuid}</a>{time}", "application/xml", nil),
			func(unix, _, _ string) string { return "<a>UUID</a>" + unix },
		},
		"form": {
			filledTemplate("", "", NewForm(map[string]string{"nonce": "{uuid}", "when": "{time_rfc3339}"})),
			func(_, _, rfc3339 string) string { return "nonce=UUID&when=" + strings.ReplaceAll(rfc3339, ":", "%3A") },
		},
	}, func(t *testing.T, tc row) {
		endpoint := &template{}
		client := answeredBy(t, transport.DefaultSettings(), endpoint)
		x := testExchange("")
		x.Request = tc.request
		if _, err := do(t, client, x); err != nil {
			t.Fatal(err)
		}
		checkBuiltIns(t, endpoint.seen, tc.body)
	})
}

func checkBuiltIns(t *testing.T, seen []arrived, body func(unix, ms, rfc3339 string) string) {
	t.Helper()
	times := [][3]string{{"946684800", "946684800000", "2000-01-01T00:00:00Z"}, {"946684830", "946684830000", "2000-01-01T00:00:30Z"}}
	if len(seen) != len(times) {
		t.Fatalf("%d requests", len(seen))
	}
	for i, at := range times {
		unix, ms, rfc3339 := at[0], at[1], at[2]
		escaped, filled := strings.ReplaceAll(rfc3339, ":", "%3A"), "UUID "+unix+" "+ms+" "+rfc3339+" {none} {"
		want := arrived{
			URI: "/" + rfc3339 + "/UUID?a=" + escaped + "&" + unix + "&q=" +
				strings.NewReplacer(" ", "+", ":", "%3A", "{", "%7B", "}", "%7D").Replace(filled),
			Header: filled, Username: "UUID", Password: ms + ":UUID", Body: body(unix, ms, rfc3339),
		}
		uuids := slices.Compact(slices.Clone(seen[i].uuids))
		if len(uuids) != 1 || i > 0 && uuids[0] == seen[0].uuids[0] {
			t.Errorf("attempt %d has the UUIDs %v", i, seen[i].uuids)
		}
		seen[i].uuids = slices.Clone(seen[i].uuids[:1])
		want.uuids = uuids
		if diff := cmp.Diff(want, seen[i], cmp.AllowUnexported(arrived{})); diff != "" {
			t.Errorf("attempt %d: %s", i, diff)
		}
	}
}

// What is no template is sent as it is, and so is what a token holds.
func TestBuiltInsAreNotFilledElsewhere(t *testing.T) {
	t.Parallel()
	literal := said.NewSecret("{uuid}{token}{time}")
	type row struct {
		template bool
		token    string
		headers  map[string]said.Secret
		want     string
	}
	tokentest.EachInBubble(t, map[string]row{
		"no template":                 {false, "tok-1", map[string]said.Secret{"X-Sent": literal}, "{uuid}{token}{time}"},
		"a token with a place in it":  {true, "{uuid}{time}", map[string]said.Secret{"X-Sent": said.NewSecret("{token}")}, "{uuid}{time}"},
		"an output with a place":      {true, "tok-1", map[string]said.Secret{"X-Sent": said.NewSecret("{out}")}, "{token}{uuid}"},
		"a built-in value and others": {true, "tok-1", map[string]said.Secret{"X-Sent": said.NewSecret("{time}{token}{out}")}, "946684800tok-1{token}{uuid}"},
	}, func(t *testing.T, tc row) {
		client := newTestClient(t, transport.DefaultSettings())
		var sent []string
		client.transport.Client(nil).Transport = tokentest.RoundTripper(func(req *http.Request) (*http.Response, error) {
			sent = append(sent, req.Header.Get("X-Sent"))
			encoded, err := json.Marshal(map[string]string{"access_token": tc.token, "out": "{token}{uuid}"})
			return tokentest.Response(http.StatusOK, nil, string(encoded)), err
		})
		cache := NewCache(client)
		x := revocable("https://auth.example.com")
		x.Response.Outputs = map[string]Path{"out": answer.MustPath("out")}
		x.Request.Headers = map[string]said.Secret{"X-Sent": literal}
		x.Revoke.Headers, x.Revoke.Template = tc.headers, tc.template
		_, id := lend(t, cache, x)
		release(t, cache, id)
		if diff := cmp.Diff([]string{literal.Reveal(), tc.want}, sent); diff != "" {
			t.Error(diff)
		}
	})
}
