package acceptance

import (
	"path/filepath"
	"slices"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// signs are the made-up secrets that are never sent: they sign.
func signs() []string { return []string{"made-up key", "made-up hmac", "made-up claim"} }

// sentOf leaves out what signs, and what is within a signed token.
func sentOf(needles []clitest.Needle) []clitest.Needle {
	return slices.DeleteFunc(slices.Clone(needles), func(n clitest.Needle) bool { return slices.Contains(signs(), n.Name) })
}

// What testSecrecy is for the vendors' services, this is for custom and oauth2
// with a secret in every place that there is for one; and for what comes back
// beside the token.
func testSecrecyDescribed(l *sandboxLab) {
	log, m := l.talkative(), newMirror(l)
	secrets, issued := l.makeUp(), m.renew()
	sets := slices.Concat(oauth2Sets(), customSets())
	head := l.head("") + madeUpVariable + providerBlock("made_up", setBlocks(sets, func(s madeUpSet) string {
		return m.url + "/good/" + s.service + "/" + s.name
	}))
	ephemerals := all("ephemeral", "oauth2", "made_up", "this", sets, "") + all("ephemeral", "custom", "made_up", "this", sets, "")
	l.Configure(head, ephemerals, later, `
resource "terraform_data" "use" {
  provisioner "local-exec" {
    command     = "exit 0"
    environment = merge(concat([for it in ephemeral.apitoken_custom.this : it.outputs], [for it in ephemeral.apitoken_oauth2.this : it.headers])...)
  }
}
`)
	l.Must("plan", "-out="+savedPlan)
	l.Must("show", "-json", savedPlan)
	l.Must("apply", savedPlan)
	l.Must("show", "-json")
	for _, set := range sets {
		if path := "/good/" + set.service + "/" + set.name; m.asked(path) != 2 {
			l.T.Errorf("%s was asked %d times", path, m.asked(path))
		}
	}
	l.checkLog(log)
	seen := append(m.needles(secrets), issued...)
	m.checkFindable(l, slices.Concat(sentOf(secrets), seen))
	l.MustNotHold(slices.Concat(secrets, seen)...)
	l.checkNoMessages()

	l.Configure(head, all("data", "oauth2", "made_up", "this", sets, ""), all("data", "custom", "made_up", "this", sets, ""))
	issued = m.renew()
	l.Must("plan", "-out="+savedPlan)
	l.Must("apply", savedPlan)
	l.MustNotHold(secrets...)
	l.checkStored(issued)
}

// checkStored makes sure that tokens and outputs of data sources are in plan and
// state, where the CLIs write every value, and nowhere else.
func (l *sandboxLab) checkStored(needles []clitest.Needle) {
	l.T.Helper()
	stored := []string{"work/" + savedPlan + ": tfplan", "work/" + savedPlan + ": tfstate", "work/terraform.tfstate"}
	for _, finding := range l.Search(needles...) {
		if !slices.Contains(stored, filepath.ToSlash(finding.Place)) {
			l.T.Errorf("found %s", finding)
		}
	}
	l.mustFind(needles, "work/"+savedPlan+": tfstate", "work/terraform.tfstate")
}
