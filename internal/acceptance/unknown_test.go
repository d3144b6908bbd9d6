package acceptance

import (
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// unknownSecret is a provider block in which the secret for emtech is known once
// the resource is there. Its value passes through no state: it is the variable's.
func (l *sandboxLab) unknownSecret() string {
	return later + providerBlock("later", l.set("epgl", "var.epgl_secret")+
		l.set("emtech", `terraform_data.later.output == "ready" ? var.emtech_secret : "unused"`))
}

// The one error is that of the token which needs the secret.
func testUnknown(l *sandboxLab) {
	const others = `
data "apitoken_epgl" "this" {
  provider = apitoken.later
}

ephemeral "apitoken_epgl" "this" {
  provider = apitoken.later
}
`
	for address, needs := range map[string]string{
		"data.apitoken_emtech.needs":      "data \"apitoken_emtech\" \"needs\" {\n  provider = apitoken.later\n}",
		"ephemeral.apitoken_emtech.needs": "ephemeral \"apitoken_emtech\" \"needs\" {\n  provider = apitoken.later\n}",
	} {
		l.Configure(l.head(""), l.unknownSecret(), others, needs)
		before := l.requests()
		found := l.ErrorsAt([]string{address}, "plan")
		l.Says(found[address], "not known yet", `client_secret of the credential set "default" of emtech in the provider block cannot be known before apply`,
			"from a variable", "-target", "open_after")
		l.asked(before, 0, "emtech")
		l.asked(before, 1, "epgl")
	}
	l.Configure(l.head(""), l.unknownSecret(), others)
	l.Must("plan")
	l.Must("apply", "-auto-approve")
	l.token(l.State()["data.apitoken_epgl.this"])
}

// What uses the token runs in apply too, and uses it there.
func testOpenAfter(l *sandboxLab) {
	l.Configure(l.head(""), l.unknownSecret(), `
ephemeral "apitoken_emtech" "this" {
  provider   = apitoken.later
  open_after = terraform_data.later.id
}
`, l.Echo("{ this = ephemeral.apitoken_emtech.this }"))
	l.Must("plan", "-out="+savedPlan)
	l.asked(nil, 0, services()...)
	l.Must("apply", savedPlan)
	l.asked(nil, 1, "emtech")
	if got := len(l.box.Tokens()); got != 1 {
		l.T.Errorf("%d tokens were issued, want 1", got)
	}
	l.checkClients(map[string]string{"this": l.box.Client("emtech").ID})
	if got, _ := l.Echoed()["this"].(map[string]any); got["open_after"] == nil {
		l.T.Error("open_after is null")
	}
}

// With a known value open_after changes nothing: the token is asked for at plan.
func testOpenAfterKnown(l *sandboxLab) {
	l.Configure(l.head(""), "ephemeral \"apitoken_emtech\" \"this\" {\n  open_after = \"now\"\n}\n", l.Echo("ephemeral.apitoken_emtech.this"))
	l.Must("plan", "-out="+savedPlan)
	l.asked(nil, 1, "emtech")
	l.Must("apply", savedPlan)
	if got := l.Echoed()["open_after"]; got != "now" {
		l.T.Errorf("open_after is %v", got)
	}
}

// In a long apply, a second opening that waits for a resource gets a token of its own
// if the first one has become too old by then, and the same one if not.
func testOpenLater(l *sandboxLab) {
	const lifetime = 20 * time.Second
	for minRemaining, want := range map[string]int{"19s": 2, "10s": 1} {
		l.forgetState()
		l.box.OrderAlways("emtech", sandbox.Lifetime(lifetime))
		l.Configure(l.head(""), `
ephemeral "apitoken_emtech" "first" {}

resource "terraform_data" "first" {
  provisioner "local-exec" {
    command     = "sleep 3" # a tenth of the lifetime, and more
    environment = { VALUE = ephemeral.apitoken_emtech.first.access_token }
  }
}

ephemeral "apitoken_emtech" "late" {
  open_after    = terraform_data.first.id
  min_remaining = "`+minRemaining+`"
}
`, use("ephemeral.apitoken_emtech.late.access_token"))
		before := l.requests()
		l.Must("plan", "-out="+savedPlan)
		l.asked(before, 1, "emtech")
		before = l.requests()
		l.Must("apply", savedPlan)
		l.asked(before, want, "emtech")
	}
}
