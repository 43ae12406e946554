// A file of shapes and files of data in, what each breaks out: a line "file<TAB>focus node" for every result of Jena's SHACL.
// Run as a source file: java -cp jena-fuseki-server.jar FocusNodes.java shapes.ttl data.ttl ... (the jar carries Jena).

import java.io.PrintStream;
import java.util.TreeSet;
import org.apache.jena.graph.Graph;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.shacl.ShaclValidator;
import org.apache.jena.shacl.Shapes;
import org.apache.jena.shacl.validation.ReportEntry;

public class FocusNodes {
    public static void main(String[] files) throws Exception {
        Shapes shapes = Shapes.parse(RDFDataMgr.loadGraph(files[0]));
        PrintStream out = new PrintStream(System.out, true, "UTF-8");
        for (int at = 1; at < files.length; at++) {
            Graph data = RDFDataMgr.loadGraph(files[at]);
            TreeSet<String> nodes = new TreeSet<>();
            for (ReportEntry entry : ShaclValidator.get().validate(shapes, data).getEntries()) {
                nodes.add(entry.focusNode().toString());
            }
            for (String node : nodes) {
                out.println(files[at] + "\t" + node);
            }
        }
    }
}
