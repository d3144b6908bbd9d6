package provider_test

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// requiring names the provider as the registry does.
const requiring = `terraform {
  required_providers {
    apitoken = { source = "apitoken/apitoken" }
  }
}
`

// starter makes a workspace with a configuration, ready to be applied.
type starter func(t *testing.T, main string) *clitest.Lab

// TestAccConfigurations has a provider with several configurations, as it is
// built, on each CLI: each configuration has a process of its own. The
// plugin-testing module serves all of them from one, in which the last to be
// configured counts for all.
func TestAccConfigurations(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set")
	}
	h := clitest.NewHarness(t)
	for _, cli := range h.CLIs {
		t.Run(string(cli.Product), func(t *testing.T) {
			start := func(t *testing.T, main string) *clitest.Lab {
				t.Helper()
				skipWhereUnknown(t, cli, main)
				w := h.NewLab(t, cli)
				w.Configure(requiring + main)
				w.Must("init")
				return w
			}
			t.Run("aliases", func(t *testing.T) { testAliases(t, start) })
			t.Run("ephemeral credentials", func(t *testing.T) { testEphemeralCredentials(t, start) })
			t.Run("chained sets", func(t *testing.T) { testChain(t, start) })
		})
	}
}

func output(name, value string) string {
	return block(fmt.Sprintf("output %q", name), object{"value": expression(value), "sensitive": true})
}

// subjects are the clients that the tokens in the outputs were issued to.
func subjects(t *testing.T, w *clitest.Lab) map[string]string {
	t.Helper()
	var outputs map[string]struct{ Value string }
	if err := json.Unmarshal([]byte(w.Must("output", "-json").Stdout), &outputs); err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for name, output := range outputs {
		found[name] = subject(t, output.Value)
	}
	return found
}

func subject(t *testing.T, accessToken string) string {
	t.Helper()
	_, claims, err := answer.DecodeJWT(accessToken)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(claims["sub"])
}

func testAliases(t *testing.T, start starter) {
	t.Helper()
	b := newBox(t)
	second := object{"provider": expression("apitoken.second")}
	w := start(t, providerBlock(object{"emtech": object{
		"default": b.emtechClient("fake-default"), "shop": b.emtechClient("fake-shop"),
	}})+
		providerBlock(object{"alias": "second", "emtech": object{"shop": b.emtechClient("fake-second-shop")}})+
		dataBlock("emtech", "first", nil)+
		dataBlock("emtech", "first_shop", object{"credentials": "shop"})+
		dataBlock("emtech", "second", second)+
		dataBlock("emtech", "second_shop", second.and(object{"credentials": "shop"}))+
		output("first", "data.apitoken_emtech.first.access_token")+
		output("first_shop", "data.apitoken_emtech.first_shop.access_token")+
		output("second", "data.apitoken_emtech.second.access_token")+
		output("second_shop", "data.apitoken_emtech.second_shop.access_token"))
	w.Must("apply", "-auto-approve")
	want := map[string]string{
		"first": "fake-default", "first_shop": "fake-shop", "second": "fake-second-shop", "second_shop": "fake-second-shop",
	}
	if diff := cmp.Diff(want, subjects(t, w)); diff != "" {
		t.Error(diff)
	}
	// All was known at plan: one request for each of the three sets.
	if err := b.asked("emtech", 3); err != nil {
		t.Error(err)
	}
}

// What an ephemeral resource of one configuration gives is the secret of another.
func testEphemeralCredentials(t *testing.T, start starter) {
	t.Helper()
	b := newBox(t)
	const fed = "fake-secret-that-is-fed"
	b.AddClient("epgl", sandbox.Client{ID: "fake-fed", Secret: fed})
	// The sandbox grants any scope, so the scope granted can be a secret known here.
	epgl := b.set("epgl").and(object{
		"client_id": "fake-fed", "client_secret": expression("ephemeral.apitoken_oauth2.feeder.scope"),
	})
	w := start(t, providerBlock(b.sets("oauth2").and(object{"alias": "feeder"}))+
		ephemeralBlock("oauth2", "feeder", object{"provider": expression("apitoken.feeder"), "scopes": []string{fed}})+
		providerBlock(object{"epgl": object{"default": epgl}})+
		dataBlock("epgl", "this", nil)+
		ephemeralBlock("epgl", "this", nil)+
		output("this", "data.apitoken_epgl.this.access_token"))
	w.Must("apply", "-auto-approve")
	if diff := cmp.Diff(map[string]string{"this": "fake-fed"}, subjects(t, w)); diff != "" {
		t.Error(diff)
	}
	w.MustNotHold(clitest.Needle{Name: "the secret that is fed", Value: fed})
}
