package service_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// exchangeCase is a credential set with inputs, and the resulting exchange.
type exchangeCase struct {
	name        string
	set, inputs attributes
	want        token.Exchange
}

func bearer() map[string]said.Secret {
	return map[string]said.Secret{"Authorization": said.NewSecret("Bearer {token}")}
}

// checkExchanges compares exchanges whose secret is that of client. Outputs and advice
// have other tests.
func checkExchanges(t *testing.T, service string, cases []exchangeCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.want.Service, c.want.Credentials = service, "shop"
			got := exchange(t, service, c.set, c.inputs)
			diff := cmp.Diff(&c.want, got, cmpopts.IgnoreFields(token.Exchange{}, "Revoke", "Secrets"),
				cmpopts.IgnoreFields(token.Response{}, "Fields", "Outputs"), cmpopts.EquateEmpty(), byText())
			if diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff([]string{"fake secret/1"}, reveal(got.Secrets)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// outputs returns the outputs that only this service reads from a response.
func outputs(t *testing.T, name string, answer map[string]any, inputs attributes) map[string]string {
	t.Helper()
	whole := map[string]any{"access_token": "fake-token"}
	maps.Copy(whole, answer)
	body, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) }))
	defer web.Close()
	issued := ask(t, exchange(t, name, clientAt(web.URL), inputs))
	found := map[string]string{}
	for name, value := range issued.Fields {
		found[name] = value.Reveal()
	}
	return found
}

func clientAt(url string) attributes {
	return client().and(attributes{"token_url": types.StringValue(url)})
}
