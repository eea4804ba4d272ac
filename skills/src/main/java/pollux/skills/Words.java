package pollux.skills;

import java.util.List;

/** Common English words of two to four letters, to be set in a face. */
final class Words {
  /** None reads as another when I is taken for l. */
  static final List<String> SHORT =
      List.of(
              """
              of to in it is be as at so we he by or on do if me my up an go no us am ok the and for
              are but not you all any can had her was one our out day get has him his how man new
              now old see two way who boy did its let put say she too use dad mom cat dog cow pig
              hen fox bee ant bat owl rat sun sky sea ice hot cold red blue pink gray cup pan pot
              jar box bag bed lamp desk door wall roof road tree leaf rose corn rice milk egg pie
              cake soup fish meat salt tea nut plum pear kiwi lime fig bean fork bowl soap comb ring
              belt shoe sock coat hat cap tie bus car cab van jet ship boat bike train kite ball
              doll drum bell harp game play jump run walk swim ride sing draw read book page pen ink
              word line note math zero four five six nine ten half west east king hero wolf bear
              lion frog duck goat lamb deer seal crab moth wind rain snow fog mud rock sand gold
              iron wood fire lake hill moon star year week hour time name city town park shop bank
              farm barn gate path wait stop look hear feel know think make take give hold pull push
              open shut dark high low big small long wide deep fast slow soft hard best good bad sad
              glad kind calm busy easy quiz jazz next exit from with this that they what when then
              them some much many more most very just only also back down left over here home baby
              girl face nose eye ear hand foot head knee arm leg hair lips skin life love hope help
              work plan idea job pay buy sell cost free tax fun joy vote news mail post club team
              gym zoo map key lock web app code data file disk bit byte sum odd even plus area unit
              axis
              """
                  .strip()
                  .split("\\s+"))
          .stream()
          .filter(word -> word.length() <= 4)
          .distinct()
          .toList();

  private Words() {}
}
