package provider_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/provider"
)

func factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"apitoken": providerserver.NewProtocol6WithError(provider.New("test")()),
		"echo":     echoprovider.NewProviderServer(),
	}
}

// accept runs the steps on the real CLI. The CLI runs are what takes time, so
// tests that look at one state share a step.
func accept(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	skipWhereTooOld(t, steps...)
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: factories(), Steps: steps})
}

// refuse runs a configuration that must end in exactly one error, which says
// all of says.
func refuse(t *testing.T, config string, says ...string) {
	t.Helper()
	steps := []resource.TestStep{{Config: config}}
	skipWhereTooOld(t, steps...)
	var refused bool
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps:                    steps,
		ErrorCheck: func(err error) error {
			refused = true
			said := unwrapped(err.Error())
			if n := strings.Count(said, "Error: "); n != 1 {
				t.Errorf("got %d errors, want 1:\n%s", n, err)
			}
			checkSays(t, said, says)
			return nil
		},
	})
	if !refused && !t.Skipped() {
		t.Error("there was no error")
	}
}

// unwrapped undoes the line breaks that a CLI puts into its messages.
func unwrapped(said string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(said, "│", " ")), " ")
}

// stateCheck checks the attributes of all resources and data sources by address.
type stateCheck func(state map[string]object) error

// CheckState implements statecheck.StateCheck.
func (c stateCheck) CheckState(_ context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	state := map[string]object{}
	for _, r := range req.State.Values.RootModule.Resources {
		state[r.Address] = r.AttributeValues
	}
	resp.Error = c(state)
}

// planCheck is called when there is a plan, before it is applied.
type planCheck func() error

// CheckPlan implements plancheck.PlanCheck.
func (c planCheck) CheckPlan(_ context.Context, _ plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	resp.Error = c()
}

// asked checks how often a service's endpoint has been asked so far.
func (b *box) asked(service string, want int) error {
	if got := b.Requests(service); got != want {
		return fmt.Errorf("%s was asked %d times, want %d", service, got, want)
	}
	return nil
}

// issued is a token that the sandbox has issued.
func (b *box) issued() knownvalue.Check {
	return knownvalue.StringFunc(func(v string) error {
		if !slices.Contains(b.Tokens(), v) {
			return errors.New("it is no token of the sandbox's")
		}
		return nil
	})
}

// issuedTo is a JWT that the sandbox has issued to the client.
func (b *box) issuedTo(client string) knownvalue.Check {
	return knownvalue.StringFunc(func(v string) error {
		_, claims, err := answer.DecodeJWT(v)
		if err != nil {
			return err
		}
		if claims["sub"] != client {
			return fmt.Errorf("it is of %v, want %s", claims["sub"], client)
		}
		return b.issued().CheckValue(v)
	})
}
