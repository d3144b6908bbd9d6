package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// later is a resource whose output is known once it is applied.
func later(value string) string {
	return block(`resource "terraform_data" "later"`, object{"input": value})
}

// unknownSecret is a provider block whose secret for emtech is not known at
// plan, and whose set for epgl is known.
func (b *box) unknownSecret() string {
	set := b.set("emtech").and(object{"client_secret": expression("terraform_data.later.output")})
	return later(b.Client("emtech").Secret) +
		providerBlock(object{"emtech": object{"shop": set}, "epgl": object{"default": b.set("epgl")}})
}

func (b *box) unknownSecretSays() []string {
	return []string{
		"Error: Provider configuration is not known yet",
		`client_secret of the credential set "shop" of emtech in the provider block cannot be known before apply`,
		"from a variable", "-target", "open_after",
	}
}

// The one error is the emtech token's: the epgl token beside it has none.
func TestAccUnknownSecretNeeded(t *testing.T) {
	cases := map[string]string{
		"data source":        dataBlock("emtech", "this", nil),
		"ephemeral resource": ephemeralBlock("emtech", "this", nil) + echo("ephemeral.apitoken_emtech.this.access_token"),
	}
	for name, needs := range cases {
		t.Run(name, func(t *testing.T) {
			noEnvironment(t)
			b := newBox(t)
			refuse(t, b.unknownSecret()+needs+dataBlock("epgl", "this", nil), b.unknownSecretSays()...)
			if err := b.asked("emtech", 0); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAccUnknownSecretNotNeeded(t *testing.T) {
	noEnvironment(t)
	b := newBox(t)
	accept(t, resource.TestStep{
		Config:            b.unknownSecret() + dataBlock("epgl", "this", nil),
		ConfigStateChecks: []statecheck.StateCheck{expect("data.apitoken_epgl.this", "access_token", b.issued())},
	})
}

// open_after puts the token off to apply, where the secret is known.
func TestAccOpenAfter(t *testing.T) {
	noEnvironment(t)
	b := newBox(t)
	never := planCheck(func() error { return b.asked("emtech", 0) })
	once := stateCheck(func(map[string]object) error { return b.asked("emtech", 1) })
	config := b.unknownSecret() +
		ephemeralBlock("emtech", "this", object{"open_after": expression("terraform_data.later.id")}) +
		echo("ephemeral.apitoken_emtech.this")
	accept(t,
		resource.TestStep{
			Config: config, PlanOnly: true, ExpectNonEmptyPlan: true,
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PostApplyPreRefresh:  []plancheck.PlanCheck{never, plancheck.ExpectNonEmptyPlan()},
				PostApplyPostRefresh: []plancheck.PlanCheck{never, plancheck.ExpectNonEmptyPlan()},
			},
		},
		resource.TestStep{
			Config:           config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{never, plancheck.ExpectNonEmptyPlan()}},
			ConfigStateChecks: []statecheck.StateCheck{
				once,
				expectEcho("access_token", b.issuedTo(b.Client("emtech").ID)),
				expectEcho("open_after", knownvalue.NotNull()),
			},
		},
	)
}

// With a known value open_after changes nothing: the token is asked for at plan.
func TestAccOpenAfterKnown(t *testing.T) {
	noEnvironment(t)
	b := newBox(t)
	accept(t, resource.TestStep{
		Config: providerBlock(b.sets("emtech")) +
			ephemeralBlock("emtech", "this", object{"open_after": "now"}) + echo("ephemeral.apitoken_emtech.this"),
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			planCheck(func() error { return b.asked("emtech", 1) }),
		}},
		ConfigStateChecks: []statecheck.StateCheck{expectEcho("open_after", knownvalue.StringExact("now"))},
	})
}
