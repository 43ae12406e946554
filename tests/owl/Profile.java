// An ontology in (one Turtle file), its violations of OWL 2 DL and of OWL 2 RL out: a line for each, with the profile in front.
// Run as a source file: java -cp HermiT.jar Profile.java ontology.ttl (HermiT carries the OWL API).

import java.io.File;
import java.io.PrintStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;
import org.semanticweb.owlapi.profiles.OWL2RLProfile;
import org.semanticweb.owlapi.profiles.OWLProfile;
import org.semanticweb.owlapi.profiles.OWLProfileViolation;

public class Profile {
    public static void main(String[] files) throws Exception {
        OWLOntology ontology = OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(new File(files[0]));
        Map<String, OWLProfile> profiles = new TreeMap<>();
        profiles.put("DL", new OWL2DLProfile());
        profiles.put("RL", new OWL2RLProfile());
        PrintStream out = new PrintStream(System.out, true, "UTF-8");
        for (Map.Entry<String, OWLProfile> profile : profiles.entrySet()) {
            TreeSet<String> lines = new TreeSet<>();
            for (OWLProfileViolation violation : profile.getValue().checkOntology(ontology).getViolations()) {
                lines.add(profile.getKey() + " " + violation.toString().replaceAll("\\s+", " "));
            }
            lines.forEach(out::println);
        }
    }
}
